{#- Each open unit has one row: its last known stock, or nulls where none is known. The
    CTEs are for protection, as in v_admissions. -#}
select
    ---------- ids
    members.unit_key,

    ---------- text
    members.bloc_code,
    dim_blocs.bloc_name,
    dim_blocs.bloc_short,
    dim_blocs.province,
    bridge_period_terms.term,
    members.unit_code,
    dim_units.unit_name,
    members.unit_kind,
    dim_unit_kinds.label_vi as unit_kind_vi,
    dim_unit_kinds.label_en as unit_kind_en,
    dim_units.sector,
    dim_sectors.label_vi as sector_vi,
    dim_sectors.label_en as sector_en,
    members.period_code,
    members.period_type,
    dim_periods.period_name,
    dim_periods.period_name_en,
    dim_periods.period_label,

    ---------- numerics
    members.period_key,
    members.period_year,
    members.closing_total,
    members.closing_official,
    members.closing_probationary,
    members.closing_female,
    members.closing_ethnic,
    members.closing_religious,
    members.closing_exempt,
    members.closing_age_to_30,
    members.closing_age_31_40,
    members.closing_age_41_50,
    members.closing_age_51_60,
    members.closing_age_over_60,
    members.closing_theory_elementary,
    members.closing_theory_intermediate,
    members.closing_theory_advanced,
    members.sub_cells,

    ---------- booleans
    members.closing_total is not null as is_reported,

    ---------- dates
    members.interval_end
from (
    (
        with reported as (
            select
                unit_key,
                bloc_code,
                reporting_unit_code as unit_code,
                unit_kind,
                period_key,
                period_code,
                period_type,
                period_year,
                closing_total,
                closing_official,
                closing_probationary,
                closing_female,
                closing_ethnic,
                closing_religious,
                closing_exempt,
                closing_age_to_30,
                closing_age_31_40,
                closing_age_41_50,
                closing_age_51_60,
                closing_age_over_60,
                closing_theory_elementary,
                closing_theory_intermediate,
                closing_theory_advanced,
                sub_cells,
                interval_end
            from {{ ref('fct_membership_stocks') }}
            where is_current
        )

        select * from reported
    )
    union all
    (
        with not_reported as (
            select
                units.unit_key,
                units.bloc_code,
                units.unit_code,
                units.unit_kind,
                null::integer as period_key,
                null::text as period_code,
                null::text as period_type,
                null::integer as period_year,
                null::bigint as closing_total,
                null::bigint as closing_official,
                null::bigint as closing_probationary,
                null::bigint as closing_female,
                null::bigint as closing_ethnic,
                null::bigint as closing_religious,
                null::bigint as closing_exempt,
                null::bigint as closing_age_to_30,
                null::bigint as closing_age_31_40,
                null::bigint as closing_age_41_50,
                null::bigint as closing_age_51_60,
                null::bigint as closing_age_over_60,
                null::bigint as closing_theory_elementary,
                null::bigint as closing_theory_intermediate,
                null::bigint as closing_theory_advanced,
                null::bigint as sub_cells,
                null::date as interval_end
            from {{ ref('dim_units') }} as units
            left join {{ ref('fct_membership_stocks') }} as stocks
                on
                    units.unit_code = stocks.reporting_unit_code
                    and stocks.is_current
            where
                units.is_open
                and units.unit_kind <> 'bloc_office'
                and stocks.unit_key is null
        )

        select * from not_reported
    )
) as members
left join {{ ref('dim_units') }} as dim_units
    on members.unit_key = dim_units.unit_key
left join {{ ref('dim_blocs') }} as dim_blocs
    on members.bloc_code = dim_blocs.bloc_code
left join {{ ref('dim_unit_kinds') }} as dim_unit_kinds
    on members.unit_kind = dim_unit_kinds.unit_kind
left join {{ ref('dim_sectors') }} as dim_sectors
    on dim_units.sector = dim_sectors.sector
left join {{ ref('dim_periods') }} as dim_periods
    on members.period_key = dim_periods.period_key
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        members.bloc_code = bridge_period_terms.bloc_code
        and members.period_code = bridge_period_terms.period_code
