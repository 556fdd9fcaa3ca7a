with

int_submissions_counted as (

    select * from {{ ref('int_submissions_counted') }}

),

stg_build__scope as (

    select * from {{ ref('stg_build__scope') }}

),

final as (

    select
        ---------- ids
        int_submissions_counted.submission_id,
        int_submissions_counted.unit_key,

        ---------- text
        int_submissions_counted.unit_code,
        int_submissions_counted.bloc_code,
        int_submissions_counted.unit_kind,
        int_submissions_counted.form,
        int_submissions_counted.period_code,
        int_submissions_counted.period_type,
        int_submissions_counted.basis,
        int_submissions_counted.file_sha256,

        ---------- numerics
        int_submissions_counted.period_year,

        ---------- booleans
        int_submissions_counted.is_open_at_end,

        ---------- dates
        int_submissions_counted.period_start,
        int_submissions_counted.period_end
    from int_submissions_counted
    inner join stg_build__scope
        on
            int_submissions_counted.unit_code = stg_build__scope.unit_code
            and int_submissions_counted.period_year = stg_build__scope.period_year

)

select * from final
