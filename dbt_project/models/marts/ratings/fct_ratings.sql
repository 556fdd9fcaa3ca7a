with

int_ratings_cumulated as (

    select * from {{ ref('int_ratings_cumulated') }}

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
        subject,
        rating_scheme,
        not_applicable,

        ---------- numerics
        period_year,
        total_subject,
        exempt,
        not_rated,
        rated_total,
        excellent,
        good,
        completed,
        not_completed,
        at_least_good,
        at_least_completed,

        ---------- booleans
        is_open_at_end,
        {{ is_last_known('rated_total', ['unit_code']) }} as is_current,

        ---------- dates
        interval_end,

        ---------- lineage
        submission_id as _submission_id,
        file_sha256 as _file_sha256,
        sheet as _sheet,
        sheet_row as _sheet_row
    from int_ratings_cumulated

)

select * from final
