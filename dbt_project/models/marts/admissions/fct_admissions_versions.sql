with

{{ lines_of_versions(
    table = 'admissions',
    texts = [],
    numerics = [
        'plan_year',
        'admitted_total',
        'admitted_youth',
        'admitted_female',
        'admitted_ethnic',
        'admitted_religious',
        'admitted_private_sector',
        'admitted_private_owner',
        'readmitted',
        'admitted_edu_secondary',
        'admitted_edu_college',
        'admitted_edu_university',
        'admitted_edu_postgraduate',
        'candidates_trained',
    ],
) }},

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
        basis,
        not_applicable,

        ---------- numerics
        period_year,
        submission_no,
        plan_year,
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

        ---------- booleans
        is_current,

        ---------- timestamps
        reported_from,
        reported_to,

        ---------- lineage
        submission_id as _submission_id,
        file_sha256 as _file_sha256,
        sheet as _sheet,
        sheet_row as _sheet_row
    from lines_of_versions

)

select * from final
