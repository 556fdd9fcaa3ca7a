{#- Admissions and plans below one another, so that each adds up by itself. Each part
    has a CTE: else PostgreSQL would make one scan of both, and try a reader's condition
    there before the policy of the table. -#}
select
    ---------- ids
    records.unit_key,

    ---------- text
    records.bloc_code,
    dim_blocs.bloc_name,
    dim_blocs.bloc_short,
    dim_blocs.province,
    bridge_period_terms.term,
    records.unit_code,
    dim_units.unit_name,
    dim_units.unit_kind,
    dim_unit_kinds.label_vi as unit_kind_vi,
    dim_unit_kinds.label_en as unit_kind_en,
    dim_units.sector,
    dim_sectors.label_vi as sector_vi,
    dim_sectors.label_en as sector_en,
    records.period_code,
    dim_periods.period_type,
    dim_periods.period_name,
    dim_periods.period_name_en,
    dim_periods.period_label,
    records.record,

    ---------- numerics
    records.period_key,
    records.period_year,
    records.planned_admissions,
    records.admitted_total,
    records.admitted_youth,
    records.admitted_female,
    records.admitted_ethnic,
    records.admitted_religious,
    records.admitted_private_sector,
    records.admitted_private_owner,
    records.readmitted,
    records.admitted_edu_secondary,
    records.admitted_edu_college,
    records.admitted_edu_university,
    records.admitted_edu_postgraduate,
    records.candidates_trained,

    ---------- dates
    records.interval_end,
    records.interval_start
from (
    (
        with admitted as (
            select
                unit_key,
                period_key,
                bloc_code,
                reporting_unit_code as unit_code,
                period_code,
                'admitted' as record,
                period_year,
                null::bigint as planned_admissions,
                admitted_total,
                admitted_youth,
                admitted_female,
                admitted_ethnic,
                admitted_religious,
                admitted_private_sector,
                admitted_private_owner,
                readmitted,
                admitted_edu_secondary,
                admitted_edu_college,
                admitted_edu_university,
                admitted_edu_postgraduate,
                candidates_trained,
                interval_end,
                interval_start
            from {{ ref('fct_admissions') }}
        )

        select * from admitted
    )
    union all
    (
        with planned as (
            select
                planned_unit_key as unit_key,
                period_key,
                bloc_code,
                planned_unit_code as unit_code,
                period_code,
                'plan' as record,
                to_year as period_year,
                planned_admissions,
                null::bigint as admitted_total,
                null::bigint as admitted_youth,
                null::bigint as admitted_female,
                null::bigint as admitted_ethnic,
                null::bigint as admitted_religious,
                null::bigint as admitted_private_sector,
                null::bigint as admitted_private_owner,
                null::bigint as readmitted,
                null::bigint as admitted_edu_secondary,
                null::bigint as admitted_edu_college,
                null::bigint as admitted_edu_university,
                null::bigint as admitted_edu_postgraduate,
                null::bigint as candidates_trained,
                plan_end as interval_end,
                plan_start as interval_start
            from {{ ref('fct_admission_plans') }}
        )

        select * from planned
    )
) as records
left join {{ ref('dim_units') }} as dim_units
    on records.unit_key = dim_units.unit_key
left join {{ ref('dim_blocs') }} as dim_blocs
    on records.bloc_code = dim_blocs.bloc_code
left join {{ ref('dim_unit_kinds') }} as dim_unit_kinds
    on dim_units.unit_kind = dim_unit_kinds.unit_kind
left join {{ ref('dim_sectors') }} as dim_sectors
    on dim_units.sector = dim_sectors.sector
left join {{ ref('dim_periods') }} as dim_periods
    on records.period_key = dim_periods.period_key
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        records.bloc_code = bridge_period_terms.bloc_code
        and records.period_code = bridge_period_terms.period_code
