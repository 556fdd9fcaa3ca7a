select
    indicator, computed_total, declared_total, difference, units_reported,
    units_expected, is_complete
from marts.rpt_bloc_totals
where bloc_code = %(bloc)s and period_code = %(period)s
