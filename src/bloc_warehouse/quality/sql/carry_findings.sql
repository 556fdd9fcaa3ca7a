-- What a sliced run looks for anew goes: all of the rules that run whole, and of the
-- others what lies in the slice. The rest is found still.
with earlier as (
    select runs.run_id from quality.runs
    where runs.stage = %(stage)s and runs.run_id <> %(run_id)s
),

replaced as (
    delete from quality.findings
    where findings.run_id in (select earlier.run_id from earlier)
        and (
            (
                findings.rule <> all (%(year_rules)s)
                and findings.rule <> all (%(bloc_rules)s)
            )
            or (
                findings.bloc_code in (
                    select slice_blocs.bloc_code from pg_temp.slice_blocs
                )
                and (
                    findings.rule = any (%(bloc_rules)s)
                    or split_part(findings.period_code, '-', 1)::integer in (
                        select slice_years.period_year
                        from pg_temp.slice_years
                        where slice_years.is_judged
                    )
                )
            )
        )
    returning findings.rule
)

update quality.findings set run_id = %(run_id)s
where findings.run_id in (select earlier.run_id from earlier)
    and (
        findings.rule = any (%(year_rules)s)
        or findings.rule = any (%(bloc_rules)s)
    )
    and not (
        coalesce(findings.bloc_code, '') in (
            select slice_blocs.bloc_code from pg_temp.slice_blocs
        )
        and (
            findings.rule = any (%(bloc_rules)s)
            or split_part(findings.period_code, '-', 1)::integer in (
                select slice_years.period_year
                from pg_temp.slice_years
                where slice_years.is_judged
            )
        )
    )
