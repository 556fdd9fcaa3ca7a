select
    bloc_code,
    reporting_unit_code as unit_code,
    'awards_training' as form,
    period_code,
    _submission_id as submission_id,
    award_count as left_value
from marts_candidate.fct_awards
where award_count is null and ('award_count' = any(not_applicable)) is not true
