select
    ---------- ids
    fct_inspections.unit_key,

    ---------- text
    fct_inspections.bloc_code,
    dim_units.bloc_name,
    dim_units.province,
    bridge_period_terms.term,
    fct_inspections.reporting_unit_code as unit_code,
    dim_units.unit_name,
    fct_inspections.unit_kind,
    dim_units.sector,
    fct_inspections.period_code,
    fct_inspections.period_type,
    dim_periods.period_name,
    fct_inspections.body,
    fct_inspections.subject,
    fct_inspections.kind,

    ---------- numerics
    fct_inspections.period_year,
    fct_inspections.done,

    ---------- dates
    fct_inspections.interval_end,
    fct_inspections.interval_start
from {{ ref('fct_inspections') }} as fct_inspections
left join {{ ref('dim_units') }} as dim_units
    on fct_inspections.unit_key = dim_units.unit_key
left join {{ ref('dim_periods') }} as dim_periods
    on fct_inspections.period_code = dim_periods.period_code
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        fct_inspections.bloc_code = bridge_period_terms.bloc_code
        and fct_inspections.period_code = bridge_period_terms.period_code
