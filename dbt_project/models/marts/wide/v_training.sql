select
    ---------- ids
    fct_training.unit_key,

    ---------- text
    fct_training.bloc_code,
    dim_blocs.bloc_name,
    dim_blocs.bloc_short,
    dim_blocs.province,
    bridge_period_terms.term,
    fct_training.reporting_unit_code as unit_code,
    dim_units.unit_name,
    fct_training.unit_kind,
    dim_unit_kinds.label_vi as unit_kind_vi,
    dim_unit_kinds.label_en as unit_kind_en,
    dim_units.sector,
    dim_sectors.label_vi as sector_vi,
    dim_sectors.label_en as sector_en,
    fct_training.period_code,
    fct_training.period_type,
    dim_periods.period_name,
    dim_periods.period_name_en,
    dim_periods.period_label,
    fct_training.programme,
    dim_training_programmes.label_vi as programme_vi,
    dim_training_programmes.label_en as programme_en,

    ---------- numerics
    fct_training.period_key,
    fct_training.period_year,
    dim_training_programmes.sort_order as programme_order,
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
left join {{ ref('dim_blocs') }} as dim_blocs
    on fct_training.bloc_code = dim_blocs.bloc_code
left join {{ ref('dim_unit_kinds') }} as dim_unit_kinds
    on fct_training.unit_kind = dim_unit_kinds.unit_kind
left join {{ ref('dim_sectors') }} as dim_sectors
    on dim_units.sector = dim_sectors.sector
left join {{ ref('dim_periods') }} as dim_periods
    on fct_training.period_key = dim_periods.period_key
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        fct_training.bloc_code = bridge_period_terms.bloc_code
        and fct_training.period_code = bridge_period_terms.period_code
left join {{ ref('dim_training_programmes') }} as dim_training_programmes
    on fct_training.programme = dim_training_programmes.programme
