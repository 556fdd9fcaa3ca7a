select
    ---------- text
    rpt_bloc_totals.bloc_code,
    dim_blocs.bloc_name,
    dim_blocs.bloc_short,
    dim_blocs.province,
    bridge_period_terms.term,
    rpt_bloc_totals.period_code,
    rpt_bloc_totals.period_type,
    dim_periods.period_name,
    dim_periods.period_name_en,
    dim_periods.period_label,
    rpt_bloc_totals.indicator,
    dim_indicators.label_vi as indicator_vi,
    dim_indicators.label_en as indicator_en,

    ---------- numerics
    rpt_bloc_totals.period_key,
    rpt_bloc_totals.period_year,
    dim_indicators.sort_order as indicator_order,
    rpt_bloc_totals.computed_total,
    rpt_bloc_totals.declared_total,
    rpt_bloc_totals.difference,
    rpt_bloc_totals.units_reported,
    rpt_bloc_totals.units_expected,
    rpt_bloc_totals.blank_count,

    ---------- booleans
    rpt_bloc_totals.is_in_summary,
    rpt_bloc_totals.is_complete,
    rpt_bloc_totals.is_partial,
    rpt_bloc_totals.is_withheld,
    rpt_bloc_totals.is_year_end,
    rpt_bloc_totals.is_current,

    ---------- dates
    rpt_bloc_totals.period_end
from {{ ref('rpt_bloc_totals') }} as rpt_bloc_totals
left join {{ ref('dim_blocs') }} as dim_blocs
    on rpt_bloc_totals.bloc_code = dim_blocs.bloc_code
left join {{ ref('dim_periods') }} as dim_periods
    on rpt_bloc_totals.period_key = dim_periods.period_key
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        rpt_bloc_totals.bloc_code = bridge_period_terms.bloc_code
        and rpt_bloc_totals.period_code = bridge_period_terms.period_code
left join {{ ref('dim_indicators') }} as dim_indicators
    on rpt_bloc_totals.indicator = dim_indicators.indicator
