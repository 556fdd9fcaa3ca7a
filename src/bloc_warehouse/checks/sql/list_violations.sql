select
    'V-' || violation_id as violation,
    case when fault_id is not null then 'W-' || fault_id else 'V-' || violation_id
    end as answers_to,
    stage,
    rule,
    severity,
    state,
    bloc_code,
    unit_code,
    form,
    period_code,
    subject,
    left_value,
    right_value,
    message_vi,
    message_en,
    cure_vi as remedy_vi,
    cure_en as remedy_en,
    first_seen,
    opened_at,
    last_seen,
    resolved_at,
    case when state = 'resolved'
            then round(extract(epoch from resolved_at - opened_at) / 3600, 1)
    end as hours_to_resolve,
    reopened_count,
    array(
        select 'S-' || number
        from unnest(concerned_submission_ids) as concerned (number)
    ) as submissions,
    'S-' || resolving_submission_id as resolving_submission,
    explanation,
    explained_by,
    explained_at,
    explanation_lapsed_at,
    accepted_reason,
    accepted_by,
    accepted_until
from quality.violations
where state = any(%(states)s)
    and (%(violation_id)s::bigint is null or violation_id = %(violation_id)s)
    and (%(rule)s::text is null or rule = %(rule)s)
    and (%(bloc)s::text is null or bloc_code = %(bloc)s)
    and (%(unit)s::text is null or unit_code = %(unit)s)
    and (%(period)s::text is null or period_code = %(period)s)
    and (%(severity)s::text is null or severity = %(severity)s)
order by
    array_position(array['open', 'explained', 'accepted', 'resolved'], state),
    array_position(array['critical', 'warning', 'info'], severity),
    opened_at,
    violation_id
