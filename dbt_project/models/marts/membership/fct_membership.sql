with

int_membership_interval_flows as (

    select * from {{ ref('int_membership_interval_flows') }}

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

        ---------- booleans
        is_open_at_end,

        ---------- dates
        interval_end,
        interval_start,

        ---------- lineage
        submission_id as _submission_id,
        previous_submission_id as _previous_submission_id,
        file_sha256 as _file_sha256,
        sheet as _sheet,
        sheet_row as _sheet_row
    from int_membership_interval_flows

)

select * from final
