-- a sliced run keeps the findings that it did not look for anew: they count as well
insert into quality.results (
    run_id, suite, rule, expectation_type, severity, success, finding_count, observed,
    exception
)
select
    %(run_id)s,
    %(suite)s,
    %(rule)s,
    %(type)s,
    %(severity)s,
    count(*) = 0 as success,
    count(*) as finding_count,
    %(observed)s,
    %(exception)s
from quality.findings
where run_id = %(run_id)s and rule = %(rule)s
