-- failures of steps that have not ended well since
select
    pipeline,
    step,
    failure_count::double precision as reading
from quality.failures
where recovered_at is null
order by pipeline, step
