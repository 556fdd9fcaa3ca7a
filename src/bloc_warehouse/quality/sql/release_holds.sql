-- a hold ends by itself when the run no longer finds its contradiction
update quality.holds set released_at = clock_timestamp()
where released_at is null
    and not exists (
        select 1
        from quality.findings
        inner join unnest(%(rules)s::text[], %(forms)s::text[]) as held (rule, form)
            on findings.rule = held.rule
        where findings.run_id = %(run_id)s
            and findings.severity = 'critical'
            and findings.unit_code = holds.unit_code
            and coalesce(held.form, findings.form) = holds.form
            and findings.period_code = holds.period_code
            and findings.rule = holds.rule
    )
