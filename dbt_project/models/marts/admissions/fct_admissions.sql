with

int_admissions_interval_flows as (

    select * from {{ ref('int_admissions_interval_flows') }}

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

        ---------- dates
        interval_end,
        interval_start,

        ---------- lineage
        submission_id as _submission_id,
        previous_submission_id as _previous_submission_id,
        file_sha256 as _file_sha256,
        sheet as _sheet,
        sheet_row as _sheet_row
    from int_admissions_interval_flows

)

select * from final
