-- how long each model took, in builds since the last full one: it made all there are
with last_full as (
    select coalesce(max(release_id), 0) as release_id
    from quality.model_seconds
    where is_full
)

select
    case when model_seconds.is_full then 'full' else 'incremental' end as kind,
    model_seconds.model,
    model_seconds.seconds as reading
from quality.model_seconds
inner join last_full on model_seconds.release_id >= last_full.release_id
order by model_seconds.is_full, model_seconds.model
