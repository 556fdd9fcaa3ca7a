select
    ---------- ids
    fct_membership_stocks.unit_key,

    ---------- text
    fct_membership_stocks.bloc_code,
    dim_blocs.bloc_name,
    dim_blocs.bloc_short,
    dim_blocs.province,
    bridge_period_terms.term,
    fct_membership_stocks.reporting_unit_code as unit_code,
    dim_units.unit_name,
    fct_membership_stocks.unit_kind,
    dim_unit_kinds.label_vi as unit_kind_vi,
    dim_unit_kinds.label_en as unit_kind_en,
    dim_units.sector,
    dim_sectors.label_vi as sector_vi,
    dim_sectors.label_en as sector_en,
    fct_membership_stocks.period_code,
    fct_membership_stocks.period_type,
    dim_periods.period_name,
    dim_periods.period_name_en,
    dim_periods.period_label,

    ---------- numerics
    fct_membership_stocks.period_key,
    fct_membership_stocks.period_year,
    fct_membership_stocks.closing_total,
    fct_membership_stocks.closing_official,
    fct_membership_stocks.closing_probationary,
    fct_membership_stocks.closing_female,
    fct_membership_stocks.closing_ethnic,
    fct_membership_stocks.closing_religious,
    fct_membership_stocks.closing_exempt,
    fct_membership_stocks.closing_age_to_30,
    fct_membership_stocks.closing_age_31_40,
    fct_membership_stocks.closing_age_41_50,
    fct_membership_stocks.closing_age_51_60,
    fct_membership_stocks.closing_age_over_60,
    fct_membership_stocks.closing_theory_elementary,
    fct_membership_stocks.closing_theory_intermediate,
    fct_membership_stocks.closing_theory_advanced,
    fct_membership_stocks.sub_cells,

    ---------- booleans
    fct_membership_stocks.is_month_end,
    fct_membership_stocks.is_quarter_end,
    fct_membership_stocks.is_year_end,
    fct_membership_stocks.is_current,

    ---------- dates
    fct_membership_stocks.interval_end
from {{ ref('fct_membership_stocks') }} as fct_membership_stocks
left join {{ ref('dim_units') }} as dim_units
    on fct_membership_stocks.unit_key = dim_units.unit_key
left join {{ ref('dim_blocs') }} as dim_blocs
    on fct_membership_stocks.bloc_code = dim_blocs.bloc_code
left join {{ ref('dim_unit_kinds') }} as dim_unit_kinds
    on fct_membership_stocks.unit_kind = dim_unit_kinds.unit_kind
left join {{ ref('dim_sectors') }} as dim_sectors
    on dim_units.sector = dim_sectors.sector
left join {{ ref('dim_periods') }} as dim_periods
    on fct_membership_stocks.period_key = dim_periods.period_key
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        fct_membership_stocks.bloc_code = bridge_period_terms.bloc_code
        and fct_membership_stocks.period_code = bridge_period_terms.period_code
