with

interval_flows as (

    {{ difference_over_intervals(
        table = 'petitions',
        form = 'inspections',
        keys = [
            'kind',
        ],
        others = [
            'carried_over',
            'pending',
        ],
        flows = [
            'received',
            'resolved',
        ],
    ) }}

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
        kind,
        not_applicable,

        ---------- numerics
        period_year,
        carried_over,
        pending,
        received,
        resolved,
        received_year_to_date,
        resolved_year_to_date,

        ---------- dates
        interval_start,
        interval_end,

        ---------- lineage
        submission_id as _submission_id,
        previous_submission_id as _previous_submission_id,
        file_sha256 as _file_sha256,
        sheet as _sheet,
        sheet_row as _sheet_row
    from interval_flows

)

select * from final
