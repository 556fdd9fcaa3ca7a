-- Who may live with what is found: accepted where the list of accepted differences
-- names these very figures and its day has not passed; explained where an explanation
-- speaks of these very figures and versions; open otherwise. What blocks is never
-- explained away.
with answered as (
    select
        violations.violation_id,
        case
            when violations.severity = 'critical' then 'open'
            when accepted.reason is not null then 'accepted'
            when explained.explanation_id is not null then 'explained'
            else 'open'
        end as state,
        explained.explanation_id,
        explained.reason as explanation,
        explained.explained_by,
        explained.explained_at,
        accepted.reason as accepted_reason,
        accepted.accepted_by,
        accepted.valid_until as accepted_until
    from quality.violations
    left join lateral (
        select explanations.*
        from raw.explanations
        where explanations.fault_id = violations.fault_id
            or (
                explanations.violation_id = violations.violation_id
                and explanations.left_value
                is not distinct from violations.left_value
                and explanations.right_value
                is not distinct from violations.right_value
                and explanations.concerned_submission_ids
                = violations.concerned_submission_ids
            )
        order by explanations.explanation_id desc
        limit 1
    ) as explained on true
    left join lateral (
        select differences.*
        from reference.ref_accepted_differences as differences
        where differences.rule = violations.rule
            and nullif(differences.bloc_code, '')
            is not distinct from violations.bloc_code
            and nullif(differences.unit_code, '')
            is not distinct from violations.unit_code
            and nullif(differences.form, '') is not distinct from violations.form
            and nullif(differences.period_code, '')
            is not distinct from violations.period_code
            and coalesce(differences.subject, '') = violations.subject
            and differences.left_value is not distinct from violations.left_value
            and differences.right_value is not distinct from violations.right_value
            and differences.valid_until >= %(today)s
        order by differences.valid_until desc
        limit 1
    ) as accepted on true
    where violations.state <> 'resolved'
)

update quality.violations set
    state = answered.state,
    opened_at = case
        when answered.state = 'open' and violations.state <> 'open'
            then clock_timestamp()
        else violations.opened_at
    end,
    explanation_lapsed_at = case
        when answered.explanation_id is null and violations.explanation_id is not null
            then coalesce(violations.explanation_lapsed_at, clock_timestamp())
    end,
    explanation_id = coalesce(answered.explanation_id, violations.explanation_id),
    explanation = coalesce(answered.explanation, violations.explanation),
    explained_by = coalesce(answered.explained_by, violations.explained_by),
    explained_at = coalesce(answered.explained_at, violations.explained_at),
    accepted_reason = coalesce(answered.accepted_reason, violations.accepted_reason),
    accepted_by = coalesce(answered.accepted_by, violations.accepted_by),
    accepted_until = coalesce(answered.accepted_until, violations.accepted_until)
from answered
where violations.violation_id = answered.violation_id
    and (
        violations.state is distinct from answered.state
        or violations.explanation_id is distinct from answered.explanation_id
        or (
            answered.accepted_until is not null
            and violations.accepted_until is distinct from answered.accepted_until
        )
    )
    -- once lapsed, nothing more happens until there is another answer
    and not (
        violations.state = answered.state
        and answered.explanation_id is null
        and answered.accepted_until is null
        and violations.explanation_lapsed_at is not null
    )
