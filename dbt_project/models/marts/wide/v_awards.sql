select
    ---------- ids
    fct_awards.unit_key,

    ---------- text
    fct_awards.bloc_code,
    dim_blocs.bloc_name,
    dim_blocs.bloc_short,
    dim_blocs.province,
    bridge_period_terms.term,
    fct_awards.reporting_unit_code as unit_code,
    dim_units.unit_name,
    fct_awards.unit_kind,
    dim_unit_kinds.label_vi as unit_kind_vi,
    dim_unit_kinds.label_en as unit_kind_en,
    dim_units.sector,
    dim_sectors.label_vi as sector_vi,
    dim_sectors.label_en as sector_en,
    fct_awards.period_code,
    fct_awards.period_type,
    dim_periods.period_name,
    dim_periods.period_name_en,
    dim_periods.period_label,
    fct_awards.level,
    dim_award_levels.label_vi as level_vi,
    dim_award_levels.label_en as level_en,
    fct_awards.kind,
    dim_award_kinds.label_vi as kind_vi,
    dim_award_kinds.label_en as kind_en,
    fct_awards.subject,
    dim_award_subjects.label_vi as subject_vi,
    dim_award_subjects.label_en as subject_en,

    ---------- numerics
    fct_awards.period_key,
    fct_awards.period_year,
    dim_award_levels.sort_order as level_order,
    dim_award_kinds.sort_order as kind_order,
    dim_award_subjects.sort_order as subject_order,
    fct_awards.merit_from_year,
    fct_awards.merit_to_year,
    fct_awards.award_count,

    ---------- dates
    fct_awards.interval_end,
    fct_awards.interval_start
from {{ ref('fct_awards') }} as fct_awards
left join {{ ref('dim_units') }} as dim_units
    on fct_awards.unit_key = dim_units.unit_key
left join {{ ref('dim_blocs') }} as dim_blocs
    on fct_awards.bloc_code = dim_blocs.bloc_code
left join {{ ref('dim_unit_kinds') }} as dim_unit_kinds
    on fct_awards.unit_kind = dim_unit_kinds.unit_kind
left join {{ ref('dim_sectors') }} as dim_sectors
    on dim_units.sector = dim_sectors.sector
left join {{ ref('dim_periods') }} as dim_periods
    on fct_awards.period_key = dim_periods.period_key
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        fct_awards.bloc_code = bridge_period_terms.bloc_code
        and fct_awards.period_code = bridge_period_terms.period_code
left join {{ ref('dim_award_levels') }} as dim_award_levels
    on fct_awards.level = dim_award_levels.level
left join {{ ref('dim_award_kinds') }} as dim_award_kinds
    on fct_awards.kind = dim_award_kinds.kind
left join {{ ref('dim_award_subjects') }} as dim_award_subjects
    on fct_awards.subject = dim_award_subjects.subject
