select
    ---------- ids
    fct_awards.unit_key,

    ---------- text
    fct_awards.bloc_code,
    dim_units.bloc_name,
    dim_units.province,
    bridge_period_terms.term,
    fct_awards.reporting_unit_code as unit_code,
    dim_units.unit_name,
    fct_awards.unit_kind,
    dim_units.sector,
    fct_awards.period_code,
    fct_awards.period_type,
    dim_periods.period_name,
    fct_awards.level,
    fct_awards.kind,
    fct_awards.subject,

    ---------- numerics
    fct_awards.period_year,
    fct_awards.merit_from_year,
    fct_awards.merit_to_year,
    fct_awards.award_count,

    ---------- dates
    fct_awards.interval_end,
    fct_awards.interval_start
from {{ ref('fct_awards') }} as fct_awards
left join {{ ref('dim_units') }} as dim_units
    on fct_awards.unit_key = dim_units.unit_key
left join {{ ref('dim_periods') }} as dim_periods
    on fct_awards.period_code = dim_periods.period_code
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        fct_awards.bloc_code = bridge_period_terms.bloc_code
        and fct_awards.period_code = bridge_period_terms.period_code
