-- open findings by the stage that found them
select
    stage,
    severity,
    count(*)::double precision as reading
from quality.violations
where state = 'open'
group by stage, severity
order by stage, severity
