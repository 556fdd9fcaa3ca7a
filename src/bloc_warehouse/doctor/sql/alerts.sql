-- open alerts
select
    kind,
    severity,
    count(*)::double precision as reading
from quality.alerts
where closed_at is null
group by kind, severity
order by kind, severity
