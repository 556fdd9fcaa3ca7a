-- when each step last left something in the record
with steps as (
    select
        'register' as step,
        (
            select registered_at
            from raw.files
            order by file_id desc
            limit 1
        ) as ended_at
    union all
    select
        stage as step,
        max(finished_at) as ended_at
    from quality.runs
    group by stage
    union all
    select
        'build' as step,
        max(built_at) as ended_at
    from quality.releases
    union all
    select
        'publish' as step,
        max(published_at) as ended_at
    from quality.releases
    union all
    select
        'remind' as step,
        max(reminded_at) as ended_at
    from quality.reminders
    union all
    select
        'deliver' as step,
        max(sent_at) as ended_at
    from quality.deliveries
)

select
    step,
    extract(epoch from ended_at)::double precision as reading
from steps
where ended_at is not null
order by step
