select
    ---------- ids
    fct_admissions.unit_key,

    ---------- text
    fct_admissions.bloc_code,
    dim_units.bloc_name,
    dim_units.province,
    bridge_period_terms.term,
    fct_admissions.reporting_unit_code as unit_code,
    dim_units.unit_name,
    fct_admissions.unit_kind,
    dim_units.sector,
    fct_admissions.period_code,
    fct_admissions.period_type,
    dim_periods.period_name,

    ---------- numerics
    fct_admissions.period_year,
    fct_admissions.admitted_total,
    fct_admissions.admitted_youth,
    fct_admissions.admitted_female,
    fct_admissions.admitted_ethnic,
    fct_admissions.admitted_religious,
    fct_admissions.admitted_private_sector,
    fct_admissions.admitted_private_owner,
    fct_admissions.readmitted,
    fct_admissions.admitted_edu_secondary,
    fct_admissions.admitted_edu_college,
    fct_admissions.admitted_edu_university,
    fct_admissions.admitted_edu_postgraduate,
    fct_admissions.candidates_trained,

    ---------- dates
    fct_admissions.interval_end,
    fct_admissions.interval_start
from {{ ref('fct_admissions') }} as fct_admissions
left join {{ ref('dim_units') }} as dim_units
    on fct_admissions.unit_key = dim_units.unit_key
left join {{ ref('dim_periods') }} as dim_periods
    on fct_admissions.period_code = dim_periods.period_code
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        fct_admissions.bloc_code = bridge_period_terms.bloc_code
        and fct_admissions.period_code = bridge_period_terms.period_code
