{# Longer than other models, because it has every column of the form twice. #}
with

int_membership_interval_flows as (

    select * from {{ ref('int_membership_interval_flows') }}

),

{# a cumulative return opens on 1 January, its interval where the one before closed #}
openings_moved as (

    select
        *,
        case
            when is_cumulative and previous_submission_id is not null
                then lag(closing_total) over year_so_far
            else opening_total
        end as interval_opening_total,
        case
            when is_cumulative and previous_submission_id is not null
                then lag(closing_probationary) over year_so_far
            else opening_probationary
        end as interval_opening_probationary
    from int_membership_interval_flows
    window year_so_far as (
        partition by unit_code, period_year order by interval_end
    )

),

final as (

    select
        ---------- ids
        unit_key,

        ---------- text
        unit_code as reporting_unit_code,
        unit_kind,
        bloc_code,
        period_code,
        period_type,
        not_applicable,

        ---------- numerics
        period_year,
        interval_opening_total as opening_total,
        interval_opening_probationary as opening_probationary,
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
        inc_admitted,
        inc_transfer_internal,
        inc_transfer_external,
        inc_probationary,
        inc_restored,
        inc_structural,
        inc_other,
        inc_total,
        dec_transfer_internal,
        dec_transfer_external,
        dec_died,
        dec_structural,
        dec_left_or_removed,
        dec_total,
        made_official,
        inc_admitted_year_to_date,
        inc_transfer_internal_year_to_date,
        inc_transfer_external_year_to_date,
        inc_probationary_year_to_date,
        inc_restored_year_to_date,
        inc_structural_year_to_date,
        inc_other_year_to_date,
        inc_total_year_to_date,
        dec_transfer_internal_year_to_date,
        dec_transfer_external_year_to_date,
        dec_died_year_to_date,
        dec_structural_year_to_date,
        dec_left_or_removed_year_to_date,
        dec_total_year_to_date,
        made_official_year_to_date,

        ---------- booleans
        is_open_at_end,

        ---------- dates
        interval_start,
        interval_end,

        ---------- lineage
        submission_id as _submission_id,
        previous_submission_id as _previous_submission_id,
        file_sha256 as _file_sha256,
        sheet as _sheet,
        sheet_row as _sheet_row
    from openings_moved

)

select * from final
