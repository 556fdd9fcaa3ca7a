-- what the run found is open; what the stage had open and no longer finds is resolved
with seen as (
    insert into quality.violations as known (
        stage, rule, severity, bloc_code, unit_code, form, period_code, subject,
        submission_id, left_value, right_value, message_vi, message_en, state,
        first_seen, opened_at, last_seen, last_run_id
    )
    select distinct on (rule, bloc_code, unit_code, form, period_code, subject)
        %(stage)s, rule, severity, bloc_code, unit_code, form, period_code, subject,
        submission_id, left_value, right_value, message_vi, message_en, 'open',
        clock_timestamp(), clock_timestamp(), clock_timestamp(), run_id
    from quality.findings
    where run_id = %(run_id)s
    order by rule, bloc_code, unit_code, form, period_code, subject, submission_id
    on conflict (rule, bloc_code, unit_code, form, period_code, subject) do update set
        stage = excluded.stage,
        severity = excluded.severity,
        submission_id = excluded.submission_id,
        left_value = excluded.left_value,
        right_value = excluded.right_value,
        message_vi = excluded.message_vi,
        message_en = excluded.message_en,
        state = 'open',
        opened_at = case
            when known.state = 'open' then known.opened_at else excluded.opened_at
        end,
        last_seen = excluded.last_seen,
        resolved_at = null,
        reopened_count = known.reopened_count + (known.state = 'resolved')::integer,
        last_run_id = excluded.last_run_id
)

update quality.violations set state = 'resolved', resolved_at = clock_timestamp()
where stage = %(stage)s
    and state = 'open'
    and not exists (
        select 1
        from quality.findings
        where findings.run_id = %(run_id)s
            and findings.rule = violations.rule
            and findings.bloc_code is not distinct from violations.bloc_code
            and findings.unit_code is not distinct from violations.unit_code
            and findings.form is not distinct from violations.form
            and findings.period_code is not distinct from violations.period_code
            and findings.subject = violations.subject
    )
