-- when the oldest open alert of each kind opened
select
    kind,
    extract(epoch from min(opened_at))::double precision as reading
from quality.alerts
where closed_at is null
group by kind
order by kind
