select
    bloc_code,
    unit_code,
    form,
    period_code
from marts_candidate.fct_returns
where state in ('missing', 'rejected') and is_expected and is_due
