select
    bloc_code,
    'bloc_summary' as form,
    period_code,
    computed_total as left_value,
    declared_total as right_value
from marts_candidate.rpt_bloc_totals
where is_complete
    and indicator = 'admission_decisions'
    and declared_total is not null
