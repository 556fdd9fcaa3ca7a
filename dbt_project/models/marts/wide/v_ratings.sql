select
    ---------- ids
    fct_ratings.unit_key,

    ---------- text
    fct_ratings.bloc_code,
    dim_units.bloc_name,
    dim_units.province,
    bridge_period_terms.term,
    fct_ratings.reporting_unit_code as unit_code,
    dim_units.unit_name,
    fct_ratings.unit_kind,
    dim_units.sector,
    fct_ratings.period_code,
    dim_periods.period_type,
    dim_periods.period_name,
    fct_ratings.subject,

    ---------- numerics
    fct_ratings.period_year,
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
    fct_ratings.is_open_at_end,

    ---------- dates
    fct_ratings.interval_end
from {{ ref('fct_ratings') }} as fct_ratings
left join {{ ref('dim_units') }} as dim_units
    on fct_ratings.unit_key = dim_units.unit_key
left join {{ ref('dim_periods') }} as dim_periods
    on fct_ratings.period_code = dim_periods.period_code
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        fct_ratings.bloc_code = bridge_period_terms.bloc_code
        and fct_ratings.period_code = bridge_period_terms.period_code
