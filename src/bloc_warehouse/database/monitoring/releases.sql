-- Builds of the marts, and what became of each bloc in them.

create view monitoring.releases with (security_barrier) as
select
    release_id,
    state,
    build_started_at,
    built_at,
    audited_at,
    audit_outcome,
    published_at,
    published_by,
    publish_reason,
    is_overridden,
    rolled_back_at,
    rolled_back_by
from quality.releases;

comment on view monitoring.releases is
'Lần phát hành. One row per build of the marts, published or not.';
comment on column monitoring.releases.release_id is
'Mã lần phát hành. The release''s number.';
comment on column monitoring.releases.state is
'Trạng thái phát hành. building, candidate, live, previous, retired or discarded.';
comment on column monitoring.releases.build_started_at is
'Bắt đầu dựng. When the build began.';
comment on column monitoring.releases.built_at is
'Dựng xong. When the build was complete; null before.';
comment on column monitoring.releases.audited_at is
'Thời điểm kiểm tra. When the audit ended; null before.';
comment on column monitoring.releases.audit_outcome is
'Kết quả kiểm tra. passed, warned or critical; null before the audit.';
comment on column monitoring.releases.published_at is
'Thời điểm phát hành. When readers first saw it; null if they never did.';
comment on column monitoring.releases.published_by is
'Người phát hành. Who published it: a person, schedule:<dag> or run:<name>.';
comment on column monitoring.releases.publish_reason is
'Lý do phát hành. Why it was published; an override has one.';
comment on column monitoring.releases.is_overridden is
'Phát hành dù bị chặn. Whether it was shown in spite of critical findings.';
comment on column monitoring.releases.rolled_back_at is
'Thời điểm thu hồi. When it was rolled back; null if it was not.';
comment on column monitoring.releases.rolled_back_by is
'Người thu hồi. Who rolled it back.';

create view monitoring.release_blocs with (security_barrier) as
select
    release_blocs.release_id,
    releases.state,
    release_blocs.bloc_code,
    release_blocs.outcome,
    release_blocs.carried_from_release_id,
    release_blocs.decided_at,
    release_blocs.decided_by,
    release_blocs.reason
from quality.release_blocs
inner join quality.releases on release_blocs.release_id = releases.release_id
where monitoring.may_read(
        release_blocs.bloc_code, null, (select monitoring.rights_of(current_user))
    )
offset 0; -- noqa: AM09

comment on view monitoring.release_blocs is
'Đảng bộ Khối trong lần phát hành. One row per release and bloc: what became of its'
' rows.';
comment on column monitoring.release_blocs.state is
'Trạng thái phát hành. building, candidate, live, previous, retired or discarded.';
comment on column monitoring.release_blocs.outcome is
'Kết quả. blocked, published, overridden, carried (as in an earlier release) or '
'left_out.';
comment on column monitoring.release_blocs.carried_from_release_id is
'Lấy từ lần phát hành. The earlier release whose rows the bloc keeps.';
comment on column monitoring.release_blocs.decided_at is
'Thời điểm quyết định. When that was decided.';
comment on column monitoring.release_blocs.decided_by is
'Người quyết định. Who published it in spite of findings; null if nobody did.';
comment on column monitoring.release_blocs.reason is
'Lý do. Why it was decided; an override has one.';

create view monitoring.publish_blocks with (security_barrier) as
select
    releases.release_id,
    releases.state,
    releases.blocked_at,
    releases.published_at,
    releases.is_overridden,
    case when not masked.is_confidential then reasons.reason ->> 'rule' end as rule,
    reasons.reason ->> 'bloc_code' as bloc_code,
    reasons.reason ->> 'period_code' as period_code,
    case when masked.is_confidential then 'Số liệu kỷ luật, không hiển thị ở đây'
        else reasons.reason ->> 'message_vi'
    end as message_vi,
    case when masked.is_confidential then 'Discipline figures, not shown here'
        else reasons.reason ->> 'message_en'
    end as message_en
from quality.releases
cross join lateral jsonb_array_elements(releases.blocked_reasons) as reasons (reason)
cross join
    lateral ( -- noqa: ST05
        select quality.is_confidential(
            reasons.reason ->> 'rule',
            reasons.reason ->> 'form',
            reasons.reason ->> 'subject'
        ) as is_confidential
    ) as masked
where monitoring.may_read(
        reasons.reason ->> 'bloc_code',
        null,
        (select monitoring.rights_of(current_user))
    )
offset 0; -- noqa: AM09

comment on view monitoring.publish_blocks is
'Lý do chặn phát hành. One row per release and critical finding that blocked it.';
comment on column monitoring.publish_blocks.state is
'Trạng thái phát hành. building, candidate, live, previous, retired or discarded.';
comment on column monitoring.publish_blocks.blocked_at is
'Thời điểm bị chặn. When it was first refused; null if it never was.';
comment on column monitoring.publish_blocks.message_vi is
'Nội dung tiếng Việt. What is wrong, in Vietnamese.';
comment on column monitoring.publish_blocks.message_en is
'Nội dung tiếng Anh. What is wrong, in English.';
