with

int_petition_stocks as (

    select * from {{ ref('int_petition_stocks') }}

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
        pending,

        ---------- booleans
        {{ is_last_day_of('month', 'interval_end') }} as is_month_end,
        {{ is_last_day_of('quarter', 'interval_end') }} as is_quarter_end,
        {{ is_last_day_of('year', 'interval_end') }} as is_year_end,
        {{ is_last_known('pending', ['unit_code', 'kind']) }} as is_current,

        ---------- dates
        interval_end,

        ---------- lineage
        submission_id as _submission_id,
        file_sha256 as _file_sha256,
        sheet as _sheet,
        sheet_row as _sheet_row
    from int_petition_stocks

)

select * from final
