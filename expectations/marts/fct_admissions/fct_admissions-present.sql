select
    bloc_code,
    reporting_unit_code as unit_code,
    'admissions' as form,
    period_code,
    _submission_id as submission_id,
    admitted_total as left_value
from marts_candidate.fct_admissions
where admitted_total is null and ('admitted_total' = any(not_applicable)) is not true
