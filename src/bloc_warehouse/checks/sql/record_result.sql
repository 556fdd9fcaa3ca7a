-- a sliced run keeps the findings that it did not look for anew: they count as well
insert into quality.results (
    run_id, suite, rule, expectation_type, severity, success, finding_count, observed,
    exception
)
select
    %(run_id)s as run_id,
    %(suite)s as suite,
    %(rule)s as rule,
    %(type)s as expectation_type,
    %(severity)s as severity,
    count(*) = 0 as success,
    count(*) as finding_count,
    %(observed)s as observed,
    %(exception)s as exception
from quality.findings
where run_id = %(run_id)s and rule = %(rule)s
