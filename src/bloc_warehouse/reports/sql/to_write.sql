-- blocs and periods of which something came, or was found or answered, since a moment
select distinct
    fct_returns.bloc_code,
    fct_returns.period_code
from marts.fct_returns
where fct_returns.state <> 'not_due'
    and (
        %(since)s::timestamptz is null
        or exists (
            select 1
            from raw.submissions
            where submissions.unit_code = fct_returns.unit_code
                and submissions.period_code = fct_returns.period_code
                and submissions.registered_at > %(since)s
        )
        or (fct_returns.bloc_code, fct_returns.period_code) in (
            select
                violations.bloc_code,
                violations.period_code
            from quality.violation_events
            inner join quality.violations
                on violation_events.violation_id = violations.violation_id
            where violation_events.happened_at > %(since)s
        )
    )
