with

{{ lines_of_versions(
    table = 'petitions',
    texts = [
        'kind',
    ],
    numerics = [
        'carried_over',
        'received',
        'resolved',
        'pending',
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
        kind,
        not_applicable,

        ---------- numerics
        period_year,
        submission_no,
        carried_over,
        received,
        resolved,
        pending,

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
