-- Resolved is what the stage had and its run no longer finds: what it found has moved
-- on to the run. Comparing with findings, whose keys may be null, is each with each.
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
    and last_run_id <> %(run_id)s
