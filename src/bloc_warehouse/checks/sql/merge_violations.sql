-- What the run found is there, again or still. What it did not find is resolved next
-- (resolve_violations.sql); who may live with it is said last (settle_violations.sql).
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
