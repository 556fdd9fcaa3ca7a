-- what is not resolved, worst first; figures of discipline are not printed
select
    violation_id,
    rule,
    severity,
    unit_code,
    message_vi,
    message_en,
    cure_vi,
    cure_en,
    state,
    explanation,
    explained_by,
    explained_at,
    accepted_reason,
    accepted_by,
    accepted_until
from monitoring.violations
where bloc_code = %(bloc)s
    and period_code = %(period)s
    and state <> 'resolved'
    and severity <> 'info'
    and rule <> 'N1' -- is among the returns
order by
    array_position(array['critical', 'warning'], severity),
    array_position(array['open', 'explained', 'accepted'], state), unit_code, rule
