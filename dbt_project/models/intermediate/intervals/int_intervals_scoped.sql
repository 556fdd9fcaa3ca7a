with

int_reporting_intervals as (

    select * from {{ ref('int_reporting_intervals') }}

),

stg_build__scope as (

    select * from {{ ref('stg_build__scope') }}

),

final as (

    select
        ---------- ids
        int_reporting_intervals.submission_id,
        int_reporting_intervals.previous_submission_id,
        int_reporting_intervals.unit_key,

        ---------- text
        int_reporting_intervals.unit_code,
        int_reporting_intervals.bloc_code,
        int_reporting_intervals.unit_kind,
        int_reporting_intervals.form,
        int_reporting_intervals.period_code,
        int_reporting_intervals.period_type,
        int_reporting_intervals.file_sha256,

        ---------- numerics
        int_reporting_intervals.period_year,

        ---------- booleans
        int_reporting_intervals.is_cumulative,
        int_reporting_intervals.is_open_at_end,

        ---------- dates
        int_reporting_intervals.interval_start,
        int_reporting_intervals.interval_end
    from int_reporting_intervals
    inner join stg_build__scope
        on
            int_reporting_intervals.unit_code = stg_build__scope.unit_code
            and int_reporting_intervals.period_year = stg_build__scope.period_year

)

select * from final
