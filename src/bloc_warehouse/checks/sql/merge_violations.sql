-- what the run found is there, again or still; what the stage had and no longer finds
-- is resolved. Who may live with it is settled afterwards (settle_violations.sql).
with seen as (
    insert into quality.violations as known (
        stage, rule, severity, bloc_code, unit_code, form, period_code, subject,
        submission_id, concerned_submission_ids, fault_id, left_value, right_value,
        message_vi, message_en, cure_vi, cure_en, state, first_seen, opened_at,
        last_seen, last_run_id
    )
    select distinct on (rule, bloc_code, unit_code, form, period_code, subject)
        %(stage)s as stage,
        rule,
        severity,
        bloc_code,
        unit_code,
        form,
        period_code,
        subject,
        submission_id,
        concerned_submission_ids,
        fault_id,
        left_value,
        right_value,
        message_vi,
        message_en,
        cure_vi,
        cure_en,
        'open' as state,
        clock_timestamp() as first_seen,
        clock_timestamp() as opened_at,
        clock_timestamp() as last_seen,
        run_id
    from quality.findings
    where run_id = %(run_id)s
    order by rule, bloc_code, unit_code, form, period_code, subject, submission_id
    on conflict (rule, bloc_code, unit_code, form, period_code, subject) do update set
        stage = excluded.stage,
        severity = excluded.severity,
        submission_id = excluded.submission_id,
        concerned_submission_ids = excluded.concerned_submission_ids,
        fault_id = excluded.fault_id,
        left_value = excluded.left_value,
        right_value = excluded.right_value,
        message_vi = excluded.message_vi,
        message_en = excluded.message_en,
        cure_vi = excluded.cure_vi,
        cure_en = excluded.cure_en,
        state = case when known.state = 'resolved' then 'open' else known.state end,
        opened_at = case
            when known.state = 'resolved' then excluded.opened_at
            else known.opened_at
        end,
        last_seen = excluded.last_seen,
        resolved_at = null,
        resolving_submission_id = null,
        reopened_count = known.reopened_count + (known.state = 'resolved')::integer,
        last_run_id = excluded.last_run_id
)

update quality.violations set
    state = 'resolved',
    resolved_at = clock_timestamp(),
    resolving_submission_id = (
        select max(counted.submission_id)
        from intermediate.int_submissions_current as counted
        where counted.unit_code = violations.unit_code
            and counted.period_code = violations.period_code
            and counted.submission_id > all(violations.concerned_submission_ids)
    )
where stage = %(stage)s
    and state <> 'resolved'
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
