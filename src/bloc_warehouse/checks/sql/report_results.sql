-- each rule of a run, with how many violations it has in which bloc
with counted as (
    select
        findings.rule,
        coalesce(findings.bloc_code, '*') as bloc_code,
        count(*) as finding_count
    from quality.findings
    where findings.run_id = %(run_id)s
    group by findings.rule, findings.bloc_code
),

listed as (
    select
        counted.rule,
        array_agg(
            counted.bloc_code || ' ' || counted.finding_count
            order by counted.finding_count desc, counted.bloc_code asc
        ) as blocs
    from counted
    group by counted.rule
)

select
    results.rule,
    results.success,
    results.finding_count,
    results.exception,
    listed.blocs
from quality.results
left join listed on results.rule = listed.rule
where results.run_id = %(run_id)s
