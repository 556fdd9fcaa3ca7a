select
    bloc_code,
    reporting_unit_code as unit_code,
    'ratings' as form,
    period_code,
    subject,
    _submission_id as submission_id
from marts_candidate.fct_ratings
where (subject in ('member', 'sub_cell', 'unit')) is not true
