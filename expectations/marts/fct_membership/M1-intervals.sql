select
    bloc_code,
    reporting_unit_code as unit_code,
    'membership' as form,
    period_code,
    _submission_id as submission_id,
    opening_total + inc_total - dec_total as left_value,
    closing_total as right_value
from marts_candidate.fct_membership
