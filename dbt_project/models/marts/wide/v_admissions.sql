select
    ---------- ids
    fct_admissions.unit_key,

    ---------- text
    fct_admissions.bloc_code,
    dim_blocs.bloc_name,
    dim_blocs.province,
    bridge_period_terms.term,
    fct_admissions.reporting_unit_code as unit_code,
    dim_units.unit_name,
    fct_admissions.unit_kind,
    dim_unit_kinds.label_vi as unit_kind_vi,
    dim_unit_kinds.label_en as unit_kind_en,
    dim_units.sector,
    dim_sectors.label_vi as sector_vi,
    dim_sectors.label_en as sector_en,
    fct_admissions.period_code,
    fct_admissions.period_type,
    dim_periods.period_name,
    dim_periods.period_name_en,

    ---------- numerics
    dim_periods.period_key,
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
left join {{ ref('dim_blocs') }} as dim_blocs
    on fct_admissions.bloc_code = dim_blocs.bloc_code
left join {{ ref('dim_unit_kinds') }} as dim_unit_kinds
    on fct_admissions.unit_kind = dim_unit_kinds.unit_kind
left join {{ ref('dim_sectors') }} as dim_sectors
    on dim_units.sector = dim_sectors.sector
left join {{ ref('dim_periods') }} as dim_periods
    on fct_admissions.period_code = dim_periods.period_code
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        fct_admissions.bloc_code = bridge_period_terms.bloc_code
        and fct_admissions.period_code = bridge_period_terms.period_code
