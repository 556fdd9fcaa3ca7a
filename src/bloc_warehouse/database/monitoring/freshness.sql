-- How fresh a reader's figures are: which release each of its blocs shows, since when,
-- and what was received since that release was built. A unit's reader finds the bloc
-- that the unit is in, with its own returns only; the public finds all blocs.

create view monitoring.freshness with (security_barrier) as
with units as (
    -- where each unit is now; a copy, so that no reader holds what builds replace
    select distinct on (member_code)
        member_code as unit_code,
        code as bloc_code
    from quality.lineage
    where kind = 'bloc_unit' and since <= monitoring.today()
    order by member_code asc, since desc
),

-- what is in brackets is asked once a query
readable_units as (
    select
        units.unit_code,
        units.bloc_code
    from units
    where (select monitoring.reads_all(current_user))
        or (select monitoring.reads_totals(current_user))
        or units.bloc_code = any(
            (select monitoring.readable_blocs(current_user))::text[]
        )
        or units.unit_code = any(
            (select monitoring.readable_units(current_user))::text[]
        )
),

live as (
    select release_id
    from quality.releases
    where state = 'live'
),

-- a closed bloc has no units now, and its figures are read all the same
readable_blocs as (
    select bloc_code from readable_units
    union
    select release_blocs.bloc_code
    from quality.release_blocs
    inner join live on release_blocs.release_id = live.release_id
    where (select monitoring.reads_all(current_user))
        or (select monitoring.reads_totals(current_user))
        or release_blocs.bloc_code = any(
            (select monitoring.readable_blocs(current_user))::text[]
        )
),

shown as (
    select
        readable_blocs.bloc_code,
        coalesce(release_blocs.outcome in ('carried', 'left_out'), false)
            as is_blocked,
        case release_blocs.outcome
            when 'carried' then release_blocs.carried_from_release_id
            when 'left_out' then null
            else live.release_id
        end as release_id
    from readable_blocs
    left join live on true
    left join quality.release_blocs
        on live.release_id = release_blocs.release_id
            and readable_blocs.bloc_code = release_blocs.bloc_code
),

received as (
    select
        readable_units.bloc_code,
        max(latest.received_at) as last_received_at
    from readable_units
    cross join
        lateral ( -- noqa: ST05
            select submissions.received_at
            from raw.submissions
            where submissions.unit_code = readable_units.unit_code
                and submissions.state <> 'rejected'
            order by submissions.received_at desc
            limit 1
        ) as latest
    group by readable_units.bloc_code
),

blocs as (
    select distinct on (bloc_code)
        bloc_code,
        bloc_name
    from reference.ref_blocs
    order by bloc_code asc, valid_from desc
),

-- what was answered before is in all of them: an index finds the rest
oldest as (
    select min(coalesce(releases.build_started_at, '-infinity')) as build_started_at
    from shown
    left join quality.releases on shown.release_id = releases.release_id
),

waiting as (
    select
        shown.bloc_code,
        count(
            distinct row(
                submissions.unit_code, submissions.form, submissions.period_code
            )
        ) as return_count
    from shown
    left join quality.releases on shown.release_id = releases.release_id
    inner join raw.files
        on coalesce(releases.build_started_at, '-infinity') < files.answered_at
            and files.answered_at > (select oldest.build_started_at from oldest)
    inner join raw.submissions
        on files.file_id = submissions.file_id
            and submissions.state = 'accepted'
    inner join readable_units
        on submissions.unit_code = readable_units.unit_code
            and shown.bloc_code = readable_units.bloc_code
    group by shown.bloc_code
)

select
    shown.bloc_code,
    blocs.bloc_name,
    shown.release_id,
    releases.built_at,
    releases.published_at,
    received.last_received_at,
    coalesce(waiting.return_count, 0) as returns_waiting,
    shown.is_blocked,
    publishing.pinned as is_pinned,
    case
        when shown.is_blocked
            then 'Chưa phát hành: kiểm tra thấy mâu thuẫn nghiêm trọng; '
                || coalesce(
                    'giữ nguyên như lần phát hành ' || shown.release_id,
                    'chưa có số liệu nào'
                )
        when publishing.pinned
            then 'Tạm dừng phát hành theo lịch, do ' || publishing.pinned_by
        when shown.release_id is null then 'Chưa phát hành lần nào'
    end as reason_vi,
    case
        when shown.is_blocked
            then 'Not published: the audit found critical contradictions; '
                || coalesce(
                    'kept as in release ' || shown.release_id,
                    'there are no figures yet'
                )
        when publishing.pinned
            then 'Scheduled publishing is paused, by ' || publishing.pinned_by
        when shown.release_id is null then 'Nothing is published yet'
    end as reason_en
from shown
left join blocs on shown.bloc_code = blocs.bloc_code
left join quality.releases on shown.release_id = releases.release_id
left join received on shown.bloc_code = received.bloc_code
left join waiting on shown.bloc_code = waiting.bloc_code
cross join quality.publishing
offset 0; -- noqa: AM09

comment on view monitoring.freshness is
'Độ mới của số liệu. One row per bloc whose figures who asks may read: which release'
' they are of, and what was received since.';
comment on column monitoring.freshness.bloc_name is
'Tên Đảng bộ Khối. The bloc''s last name.';
comment on column monitoring.freshness.built_at is
'Dựng xong. When that release''s build was complete.';
comment on column monitoring.freshness.last_received_at is
'Nhận báo cáo lần cuối. When the latest return of the bloc''s present units was '
'received.';
comment on column monitoring.freshness.returns_waiting is
'Số báo cáo chờ phát hành. Accepted returns of the bloc''s present units that came, or '
'changed, since that release was built: readers do not see them yet.';
comment on column monitoring.freshness.is_blocked is
'Bị chặn phát hành. Whether critical findings keep the bloc as it was.';
comment on column monitoring.freshness.is_pinned is
'Tạm dừng phát hành. Whether scheduled runs do not publish, after a rollback.';
comment on column monitoring.freshness.reason_vi is
'Lý do, tiếng Việt. Why newer figures are not shown, in Vietnamese; null if nothing is '
'in the way.';
comment on column monitoring.freshness.reason_en is
'Lý do, tiếng Anh. The same in English.';
