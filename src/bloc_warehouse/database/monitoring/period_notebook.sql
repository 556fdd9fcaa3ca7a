-- the notebook of a period: what failed, who explained, what was published on what
-- grounds. A release is of all periods: its rows have none
create view monitoring.period_notebook with (security_barrier) as
select
    violations.bloc_code,
    violations.period_code,
    violation_events.happened_at,
    'finding ' || violation_events.event as entry,
    concat_ws(' ', 'V-' || violations.violation_id, violations.rule) as what,
    violations.unit_code,
    violation_events.by_whom,
    case when not violations.is_confidential then violation_events.note end as note,
    violations.message_vi,
    violations.message_en
from quality.violation_events
inner join monitoring.violations
    on violation_events.violation_id = violations.violation_id
union all
select
    bloc_code,
    period_code,
    closed_at as happened_at,
    'period closed' as entry,
    'closing ' || closing_id as what,
    null as unit_code,
    closed_by as by_whom,
    reason as note,
    array_to_string(left_open, ', ') as message_vi,
    array_to_string(left_open, ', ') as message_en
from monitoring.period_closings
union all
select
    bloc_code,
    period_code,
    reopened_at as happened_at,
    'period re-opened' as entry,
    'closing ' || closing_id as what,
    null as unit_code,
    reopened_by as by_whom,
    reopen_reason as note,
    null as message_vi,
    null as message_en
from monitoring.period_closings
where reopened_at is not null
union all
select
    null as bloc_code,
    null as period_code,
    published_at as happened_at,
    case when is_overridden then 'published in spite of findings' else 'published' end
        as entry,
    'release ' || release_id as what,
    null as unit_code,
    published_by as by_whom,
    publish_reason as note,
    audit_outcome as message_vi,
    audit_outcome as message_en
from quality.releases
where published_at is not null
union all
select
    null as bloc_code,
    null as period_code,
    blocked_at as happened_at,
    'publish blocked' as entry,
    'release ' || release_id as what,
    null as unit_code,
    null as by_whom,
    null as note,
    audit_outcome as message_vi,
    audit_outcome as message_en
from quality.releases
where blocked_at is not null
-- noqa: disable=PRS, it knows no offset after a union
offset 0;
-- noqa: enable=PRS

comment on view monitoring.period_notebook is
'Sổ theo dõi kỳ. One row per thing that happened to a period''s findings, closings '
'and releases.';
comment on column monitoring.period_notebook.happened_at is
'Thời điểm. When it happened.';
comment on column monitoring.period_notebook.entry is
'Sự việc. What happened, in a few words.';
comment on column monitoring.period_notebook.what is
'Đối tượng. To what: a finding, a closing or a release, by its number.';
comment on column monitoring.period_notebook.by_whom is
'Người thực hiện. Who did it; null if a check did.';
comment on column monitoring.period_notebook.note is
'Ghi chú. What was said about it; null if it is confidential.';
comment on column monitoring.period_notebook.message_vi is
'Nội dung tiếng Việt. What was wrong or left open; of a release the audit''s '
'outcome.';
comment on column monitoring.period_notebook.message_en is
'Nội dung tiếng Anh. What was wrong or left open; of a release the audit''s '
'outcome.';
