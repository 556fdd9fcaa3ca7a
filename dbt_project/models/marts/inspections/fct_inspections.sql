{# Turns alone: violations, cases due and people disciplined are small counts that lead
   to persons, and bound those of discipline. #}
with

int_inspections_interval_flows as (

    select * from {{ ref('int_inspections_interval_flows') }}

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
        body,
        subject,
        kind,
        not_applicable,

        ---------- numerics
        period_year,
        done,

        ---------- dates
        interval_end,
        interval_start,

        ---------- lineage
        submission_id as _submission_id,
        previous_submission_id as _previous_submission_id,
        file_sha256 as _file_sha256,
        sheet as _sheet,
        sheet_row as _sheet_row
    from int_inspections_interval_flows

)

select * from final
