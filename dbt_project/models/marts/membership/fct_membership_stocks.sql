with

int_membership_stocks as (

    select * from {{ ref('int_membership_stocks') }}

),

final as (

    select
        ---------- ids
        unit_key,
        {{ period_key() }} as period_key,

        ---------- text
        unit_code as reporting_unit_code,
        unit_kind,
        bloc_code,
        period_code,
        period_type,
        not_applicable,

        ---------- numerics
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

        ---------- booleans
        {{ is_last_day_of('month', 'interval_end') }} as is_month_end,
        {{ is_last_day_of('quarter', 'interval_end') }} as is_quarter_end,
        {{ is_last_day_of('year', 'interval_end') }} as is_year_end,
        {{ is_last_known('closing_total', ['unit_code']) }} as is_current,

        ---------- dates
        interval_end,

        ---------- lineage
        submission_id as _submission_id,
        file_sha256 as _file_sha256,
        sheet as _sheet,
        sheet_row as _sheet_row
    from int_membership_stocks

)

select * from final
