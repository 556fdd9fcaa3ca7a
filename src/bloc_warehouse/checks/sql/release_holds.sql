-- A hold of the cross-check ends by itself when the run no longer finds its
-- contradiction. One of the audit cannot be looked for while the figures are left out:
-- it ends when another version of the return counts.
update quality.holds set released_at = clock_timestamp()
where released_at is null
    -- the figures of a closed period stay as they were closed
    and not exists (
        select 1
        from quality.returns_closed_now as closed
        where closed.unit_code = holds.unit_code
            and closed.form = holds.form
            and closed.period_code = holds.period_code
    )
    and case stage when 'audit' then not exists (
                select 1
                from intermediate.int_submissions_current as submissions
                where submissions.submission_id = holds.submission_id
            ) else not exists (
                select 1
                from quality.findings
                inner join
                    unnest(%(rules)s::text[], %(forms)s::text[]) as held (rule, form)
                    on findings.rule = held.rule
                where findings.run_id = %(run_id)s
                    and findings.severity = 'critical'
                    and findings.unit_code = holds.unit_code
                    and coalesce(held.form, findings.form) = holds.form
                    and findings.period_code = holds.period_code
                    and findings.rule = holds.rule
            )
    end
