with

int_inspections_interval_flows as (

    select * from {{ ref('int_inspections_interval_flows') }}
    where planned is not null

),

targets_ranked as (

    select
        *,
        row_number() over (
            partition by unit_code, period_year, body, subject, kind
            order by interval_end desc
        ) as recency
    from int_inspections_interval_flows

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

        ---------- numerics
        period_year,
        planned,

        ---------- dates
        interval_end,

        ---------- lineage
        submission_id as _submission_id,
        file_sha256 as _file_sha256,
        sheet as _sheet,
        sheet_row as _sheet_row
    from targets_ranked
    where recency = 1

)

select * from final
