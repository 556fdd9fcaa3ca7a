with

int_awards_interval_flows as (

    select * from {{ ref('int_awards_interval_flows') }}

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
        level,
        kind,
        subject,
        coalesce(
            merit_from_year || '–' || merit_to_year,
            merit_from_year || '–',
            '–' || merit_to_year,
            ''
        ) as merit_years,
        not_applicable,

        ---------- numerics
        period_year,
        merit_from_year,
        merit_to_year,
        award_count,

        ---------- dates
        interval_end,
        interval_start,

        ---------- lineage
        submission_id as _submission_id,
        previous_submission_id as _previous_submission_id,
        file_sha256 as _file_sha256,
        sheet as _sheet,
        sheet_row as _sheet_row
    from int_awards_interval_flows

)

select * from final
