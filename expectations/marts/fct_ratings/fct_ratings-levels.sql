select
    bloc_code,
    reporting_unit_code as unit_code,
    'ratings' as form,
    period_code,
    subject,
    _submission_id as submission_id,
    at_least_completed as left_value,
    rated_total as right_value
from marts_candidate.fct_ratings
where (
    at_least_good <= at_least_completed and at_least_completed <= rated_total
) is not true
