select
    min(bloc_code) as bloc_code,
    unit_code,
    form,
    period_code,
    count(*) as left_value,
    1 as right_value
from marts_candidate.fct_returns
group by unit_code, form, period_code
having count(*) > 1
