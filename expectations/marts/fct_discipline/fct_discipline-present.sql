select
    bloc_code,
    unit_code,
    'inspections' as form,
    period_code,
    _submission_id as submission_id,
    discipline_total as left_value
from intermediate.int_discipline_confidential
where discipline_total is null
    and ('discipline_total' = any(not_applicable)) is not true
