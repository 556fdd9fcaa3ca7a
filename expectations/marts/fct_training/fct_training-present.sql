select
    bloc_code,
    reporting_unit_code as unit_code,
    'awards_training' as form,
    period_code,
    _submission_id as submission_id,
    attendees as left_value
from marts_candidate.fct_training
where attendees is null and ('attendees' = any(not_applicable)) is not true
