select
    bloc_code,
    reporting_unit_code as unit_code,
    'inspections' as form,
    period_code,
    _submission_id as submission_id,
    done as left_value
from marts_candidate.fct_inspections
where done is null and ('done' = any(not_applicable)) is not true
