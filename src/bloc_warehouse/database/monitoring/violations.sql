-- What rules found, and what became of it.

create view monitoring.violations with (security_barrier) as
select
    violations.violation_id,
    violations.stage,
    -- which rule fails tells that there is somebody: it is withheld with the figures
    case when not masked.is_confidential then violations.rule end as rule,
    violations.severity,
    violations.bloc_code,
    violations.unit_code,
    violations.form,
    violations.period_code,
    case when not masked.is_confidential then violations.subject end as subject,
    case when not masked.is_confidential
            then violations.left_value::double precision
    end as left_value,
    case when not masked.is_confidential
            then violations.right_value::double precision
    end as right_value,
    case when masked.is_confidential then 'Số liệu kỷ luật, không hiển thị ở đây'
        else violations.message_vi
    end as message_vi,
    case when masked.is_confidential then 'Discipline figures, not shown here'
        else violations.message_en
    end as message_en,
    case when not masked.is_confidential then violations.cure_vi end as cure_vi,
    case when not masked.is_confidential then violations.cure_en end as cure_en,
    violations.state,
    violations.first_seen,
    violations.opened_at,
    violations.last_seen,
    violations.resolved_at,
    violations.reopened_count,
    case when not masked.is_confidential then violations.explanation end as explanation,
    violations.explained_by,
    violations.explained_at,
    violations.explanation_lapsed_at,
    violations.accepted_reason,
    violations.accepted_by,
    violations.accepted_until,
    violations.concerned_submission_ids,
    violations.resolving_submission_id,
    case when violations.state = 'resolved'
            then round(
                    extract(epoch from violations.resolved_at - violations.opened_at)
                    / 3600,
                    1
                )::double precision
    end as hours_to_resolve,
    masked.is_confidential
from quality.violations
cross join
    lateral ( -- noqa: ST05
        select
            quality.is_confidential(
                violations.rule, violations.form, violations.subject
            ) as is_confidential
    ) as masked
where monitoring.may_read(
        violations.bloc_code, violations.unit_code,
        (select monitoring.rights_of(current_user))
    )
offset 0; -- noqa: AM09

comment on view monitoring.violations is
'Vi phạm quy tắc. One row per rule, bloc, unit, form, period and subject that ever '
'failed.';
comment on column monitoring.violations.violation_id is
'Mã vi phạm. The number shown as V-12 in messages.';
comment on column monitoring.violations.stage is
'Bước kiểm tra. cross_check (before the facts) or audit (before publishing).';
comment on column monitoring.violations.rule is
'Quy tắc. The rule''s code, as bloc rules show says; null if confidential.';
comment on column monitoring.violations.severity is
'Mức độ. critical, warning or info.';
comment on column monitoring.violations.bloc_code is
'Mã Đảng bộ Khối. The bloc; null if it concerns all blocs.';
comment on column monitoring.violations.unit_code is
'Mã đơn vị. The unit, or a bloc''s office; null if it concerns none alone.';
comment on column monitoring.violations.form is
'Biểu mẫu. The form by its name, as bloc forms list says; null if it concerns none '
'alone.';
comment on column monitoring.violations.period_code is
'Kỳ báo cáo. The period, such as 2024-H1; null if it concerns none alone.';
comment on column monitoring.violations.subject is
'Nội dung. What else it is about: a column, an indicator, a claim; blank if '
'nothing, null if confidential.';
comment on column monitoring.violations.left_value is
'Giá trị vế trái. The left side of what should hold; null if it is missing or '
'confidential.';
comment on column monitoring.violations.right_value is
'Giá trị vế phải. The right side of what should hold; null if it is missing or '
'confidential.';
comment on column monitoring.violations.message_vi is
'Nội dung tiếng Việt. What is wrong, in Vietnamese.';
comment on column monitoring.violations.message_en is
'Nội dung tiếng Anh. What is wrong, in English.';
comment on column monitoring.violations.cure_vi is
'Cách khắc phục, tiếng Việt. What to do about it, in Vietnamese; null if '
'confidential.';
comment on column monitoring.violations.cure_en is
'Cách khắc phục, tiếng Anh. What to do about it, in English; null if confidential.';
comment on column monitoring.violations.state is
'Trạng thái. open, explained, accepted or resolved.';
comment on column monitoring.violations.first_seen is
'Lần đầu phát hiện. When a check first found it.';
comment on column monitoring.violations.opened_at is
'Thời điểm mở. Since when it is open, or was when it ended.';
comment on column monitoring.violations.last_seen is
'Lần cuối phát hiện. When a check last found it.';
comment on column monitoring.violations.resolved_at is
'Thời điểm khắc phục. When a check no longer found it; null before.';
comment on column monitoring.violations.reopened_count is
'Số lần mở lại. How often it came back after it was resolved.';
comment on column monitoring.violations.explanation is
'Giải trình. What the unit or the office answered.';
comment on column monitoring.violations.explained_by is
'Người giải trình. Who answered.';
comment on column monitoring.violations.explained_at is
'Thời điểm giải trình. When it was answered.';
comment on column monitoring.violations.explanation_lapsed_at is
'Giải trình hết hiệu lực. When the figures changed that the answer was about.';
comment on column monitoring.violations.accepted_reason is
'Lý do chấp nhận. Why the difference is accepted, from the reference list.';
comment on column monitoring.violations.accepted_by is
'Người chấp nhận. Who accepted the difference.';
comment on column monitoring.violations.accepted_until is
'Chấp nhận đến ngày. Last day of the acceptance; null if it has none.';
comment on column monitoring.violations.concerned_submission_ids is
'Các bản gửi liên quan. The submissions whose figures contradict.';
comment on column monitoring.violations.resolving_submission_id is
'Bản gửi khắc phục. The version that put it right; null if a rule or a list did.';
comment on column monitoring.violations.hours_to_resolve is
'Số giờ đến khi khắc phục. Hours from opening to resolution; null while it is not '
'resolved.';
comment on column monitoring.violations.is_confidential is
'Số liệu kỷ luật. Whether figures of discipline are concerned, which are not shown '
'here.';

create view monitoring.open_violations with (security_barrier) as
select
    violation_id,
    stage,
    rule,
    severity,
    bloc_code,
    unit_code,
    form,
    period_code,
    subject,
    left_value,
    right_value,
    message_vi,
    message_en,
    cure_vi,
    cure_en,
    first_seen,
    opened_at,
    last_seen,
    reopened_count,
    is_confidential
from monitoring.violations
where state = 'open';

comment on view monitoring.open_violations is
'Vi phạm đang mở. The violations that are neither resolved nor explained nor '
'accepted.';
comment on column monitoring.open_violations.message_vi is
'Nội dung tiếng Việt. What is wrong, in Vietnamese.';
comment on column monitoring.open_violations.message_en is
'Nội dung tiếng Anh. What is wrong, in English.';
