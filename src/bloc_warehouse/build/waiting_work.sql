-- What came in and did not reach readers, and waits for no person's decision: files to
-- be read, changes to be built, a build to be audited and published. A build counts
-- once it is published, or stands before a person: blocked, or made while publishing is
-- pinned. One that died, or was built and never published, has taken up nothing
create view quality.waiting_work as
with pinning as (
    select coalesce(bool_or(pinned), false) as is_pinned from quality.publishing
),

settled as (
    select
        releases.release_id,
        releases.build_started_at
    from quality.releases
    cross join pinning
    where (
        releases.state in ('live', 'previous', 'retired')
        and (releases.rolled_back_at is null or pinning.is_pinned)
    )
    or (
        releases.state = 'candidate'
        and releases.audit_outcome is not null
        and (releases.audit_outcome = 'critical' or pinning.is_pinned)
    )
),

changes as (
    select
        'files' as item,
        answered_at as changed_at
    from raw.files
    union all
    select
        'periods' as item,
        reopened_at as changed_at
    from quality.period_closings
    union all
    select
        'holds' as item,
        held_at as changed_at
    from quality.holds
    where stage = 'audit'
    union all
    select
        'lists' as item,
        applied_at as changed_at
    from quality.reference_applications
    where exists (select 1 from raw.files)
)

select
    'pending' as item,
    count(*) as item_count,
    min(registered_at) as since,
    null::bigint as release_id
from raw.files
where state = 'pending'
having count(*) > 0
union all
select
    item,
    count(*) as item_count,
    min(changed_at) as since,
    null::bigint as release_id
from changes
where changed_at > coalesce(
        (select max(settled.build_started_at) from settled), '-infinity'
    )
group by item
union all
select
    'release' as item,
    1 as item_count,
    built_at as since,
    release_id
from quality.releases
where state = 'candidate'
    and release_id not in (select settled.release_id from settled);
