-- What a sliced run looks for anew goes: all of the rules that run whole, and of the
-- others what lies in the slice. The rest is found still.
with judged as (
    select
        findings.ctid as place,
        coalesce(
            case
                when findings.rule = any(%(bloc_rules)s) then blocs.is_in_slice
                -- nobody else's period has to begin with a year
                when findings.rule = any(%(year_rules)s)
                    then blocs.is_in_slice
                        and split_part(findings.period_code, '-', 1)::integer in (
                            select slice_years.period_year
                            from pg_temp.slice_years
                            where slice_years.is_judged
                        )
                else true
            end,
            false
        ) as is_replaced
    from quality.findings
    inner join quality.runs on findings.run_id = runs.run_id
    cross join
        lateral ( -- noqa: ST05
            select findings.bloc_code in (
                select slice_blocs.bloc_code from pg_temp.slice_blocs
            ) as is_in_slice
        ) as blocs
    where runs.stage = %(stage)s and runs.run_id <> %(run_id)s
),

replaced as (
    delete from quality.findings using judged
    where findings.ctid = judged.place and judged.is_replaced
)

update quality.findings set run_id = %(run_id)s
from judged
where findings.ctid = judged.place and not judged.is_replaced
