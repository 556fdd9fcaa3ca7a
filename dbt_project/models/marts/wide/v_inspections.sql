select
    ---------- ids
    fct_inspections.unit_key,

    ---------- text
    fct_inspections.bloc_code,
    dim_blocs.bloc_name,
    dim_blocs.bloc_short,
    dim_blocs.province,
    bridge_period_terms.term,
    fct_inspections.reporting_unit_code as unit_code,
    dim_units.unit_name,
    fct_inspections.unit_kind,
    dim_unit_kinds.label_vi as unit_kind_vi,
    dim_unit_kinds.label_en as unit_kind_en,
    dim_units.sector,
    dim_sectors.label_vi as sector_vi,
    dim_sectors.label_en as sector_en,
    fct_inspections.period_code,
    fct_inspections.period_type,
    dim_periods.period_name,
    dim_periods.period_name_en,
    dim_periods.period_label,
    fct_inspections.body,
    dim_conducting_bodies.label_vi as body_vi,
    dim_conducting_bodies.label_en as body_en,
    fct_inspections.subject,
    dim_inspection_subjects.label_vi as subject_vi,
    dim_inspection_subjects.label_en as subject_en,
    fct_inspections.kind,
    dim_inspection_kinds.label_vi as kind_vi,
    dim_inspection_kinds.label_en as kind_en,

    ---------- numerics
    fct_inspections.period_key,
    fct_inspections.period_year,
    dim_conducting_bodies.sort_order as body_order,
    dim_inspection_subjects.sort_order as subject_order,
    dim_inspection_kinds.sort_order as kind_order,
    fct_inspections.done,

    ---------- dates
    fct_inspections.interval_end,
    fct_inspections.interval_start
from {{ ref('fct_inspections') }} as fct_inspections
left join {{ ref('dim_units') }} as dim_units
    on fct_inspections.unit_key = dim_units.unit_key
left join {{ ref('dim_blocs') }} as dim_blocs
    on fct_inspections.bloc_code = dim_blocs.bloc_code
left join {{ ref('dim_unit_kinds') }} as dim_unit_kinds
    on fct_inspections.unit_kind = dim_unit_kinds.unit_kind
left join {{ ref('dim_sectors') }} as dim_sectors
    on dim_units.sector = dim_sectors.sector
left join {{ ref('dim_periods') }} as dim_periods
    on fct_inspections.period_key = dim_periods.period_key
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        fct_inspections.bloc_code = bridge_period_terms.bloc_code
        and fct_inspections.period_code = bridge_period_terms.period_code
left join {{ ref('dim_conducting_bodies') }} as dim_conducting_bodies
    on fct_inspections.body = dim_conducting_bodies.body
left join {{ ref('dim_inspection_subjects') }} as dim_inspection_subjects
    on fct_inspections.subject = dim_inspection_subjects.subject
left join {{ ref('dim_inspection_kinds') }} as dim_inspection_kinds
    on fct_inspections.kind = dim_inspection_kinds.kind
