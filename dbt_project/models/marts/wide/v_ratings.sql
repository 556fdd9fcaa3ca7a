select
    ---------- ids
    fct_ratings.unit_key,

    ---------- text
    fct_ratings.bloc_code,
    dim_blocs.bloc_name,
    dim_blocs.bloc_short,
    dim_blocs.province,
    bridge_period_terms.term,
    fct_ratings.reporting_unit_code as unit_code,
    dim_units.unit_name,
    fct_ratings.unit_kind,
    dim_unit_kinds.label_vi as unit_kind_vi,
    dim_unit_kinds.label_en as unit_kind_en,
    dim_units.sector,
    dim_sectors.label_vi as sector_vi,
    dim_sectors.label_en as sector_en,
    fct_ratings.period_code,
    dim_periods.period_type,
    dim_periods.period_name,
    dim_periods.period_name_en,
    dim_periods.period_label,
    fct_ratings.subject,
    dim_rating_subjects.label_vi as subject_vi,
    dim_rating_subjects.label_en as subject_en,

    ---------- numerics
    fct_ratings.period_key,
    fct_ratings.period_year,
    dim_rating_subjects.sort_order as subject_order,
    fct_ratings.total_subject,
    fct_ratings.exempt,
    fct_ratings.not_rated,
    fct_ratings.rated_total,
    fct_ratings.excellent,
    fct_ratings.good,
    fct_ratings.completed,
    fct_ratings.not_completed,
    fct_ratings.at_least_good,
    fct_ratings.at_least_completed,

    ---------- booleans
    fct_ratings.is_current,

    ---------- dates
    fct_ratings.interval_end
from {{ ref('fct_ratings') }} as fct_ratings
left join {{ ref('dim_units') }} as dim_units
    on fct_ratings.unit_key = dim_units.unit_key
left join {{ ref('dim_blocs') }} as dim_blocs
    on fct_ratings.bloc_code = dim_blocs.bloc_code
left join {{ ref('dim_unit_kinds') }} as dim_unit_kinds
    on fct_ratings.unit_kind = dim_unit_kinds.unit_kind
left join {{ ref('dim_sectors') }} as dim_sectors
    on dim_units.sector = dim_sectors.sector
left join {{ ref('dim_periods') }} as dim_periods
    on fct_ratings.period_key = dim_periods.period_key
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        fct_ratings.bloc_code = bridge_period_terms.bloc_code
        and fct_ratings.period_code = bridge_period_terms.period_code
left join {{ ref('dim_rating_subjects') }} as dim_rating_subjects
    on fct_ratings.subject = dim_rating_subjects.subject
where fct_ratings.is_open_at_end
