with compared as (
    select
        totals.bloc_code,
        totals.period_code,
        totals.computed_total as left_value,
        count(distinct dim_units.unit_code) as right_value
    from marts_candidate.rpt_bloc_totals as totals
    inner join marts_candidate.dim_periods
        on totals.period_code = dim_periods.period_code
    left join marts_candidate.dim_units
        on totals.bloc_code = dim_units.bloc_code
            and dim_units.unit_kind <> 'bloc_office'
            and dim_periods.period_end >= dim_units.valid_from
            and coalesce(dim_units.valid_to, 'infinity') > dim_periods.period_end
    where totals.indicator = 'unit_count' and totals.is_complete
    group by totals.bloc_code, totals.period_code, totals.computed_total
)

select
    *,
    'membership' as form
from compared
