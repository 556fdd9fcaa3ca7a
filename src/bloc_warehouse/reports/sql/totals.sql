select
    indicator,
    computed_total,
    declared_total,
    difference,
    units_reported,
    units_expected,
    blank_count,
    is_complete,
    is_partial
from marts.rpt_bloc_totals
where bloc_code = %(bloc)s and period_code = %(period)s
