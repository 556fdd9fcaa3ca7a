-- a bloc's totals of a period, with what they rest on
select
    indicator,
    computed_total,
    declared_total,
    units_reported,
    units_expected,
    blank_count,
    is_partial,
    is_withheld
from marts.rpt_bloc_totals
where bloc_code = %(bloc)s and period_code = %(period)s and is_in_summary
