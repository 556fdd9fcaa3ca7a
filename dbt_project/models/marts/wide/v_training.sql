select
    ---------- ids
    fct_training.unit_key,

    ---------- text
    fct_training.bloc_code,
    dim_units.bloc_name,
    dim_units.province,
    bridge_period_terms.term,
    fct_training.reporting_unit_code as unit_code,
    dim_units.unit_name,
    fct_training.unit_kind,
    dim_units.sector,
    fct_training.period_code,
    fct_training.period_type,
    dim_periods.period_name,
    fct_training.programme,

    ---------- numerics
    fct_training.period_year,
    fct_training.classes,
    fct_training.attendees,
    fct_training.attendees_members,
    fct_training.attendees_masses,

    ---------- dates
    fct_training.interval_end,
    fct_training.interval_start
from {{ ref('fct_training') }} as fct_training
left join {{ ref('dim_units') }} as dim_units
    on fct_training.unit_key = dim_units.unit_key
left join {{ ref('dim_periods') }} as dim_periods
    on fct_training.period_code = dim_periods.period_code
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        fct_training.bloc_code = bridge_period_terms.bloc_code
        and fct_training.period_code = bridge_period_terms.period_code
