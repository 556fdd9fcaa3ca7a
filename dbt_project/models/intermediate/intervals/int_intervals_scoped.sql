{# grain: one row per unit, form and reporting interval that this build makes anew #}

with

int_submissions_chained as (

    select * from {{ ref('int_submissions_chained') }}

),

stg_build__scope as (

    select * from {{ ref('stg_build__scope') }}

),

final as (

    select
        ---------- ids
        int_submissions_chained.submission_id,
        int_submissions_chained.previous_submission_id,
        int_submissions_chained.unit_key,

        ---------- text
        int_submissions_chained.unit_code,
        int_submissions_chained.bloc_code,
        int_submissions_chained.unit_kind,
        int_submissions_chained.form,
        int_submissions_chained.period_code,
        int_submissions_chained.period_type,
        int_submissions_chained.file_sha256,

        ---------- numerics
        int_submissions_chained.period_year,

        ---------- booleans
        int_submissions_chained.is_cumulative,
        int_submissions_chained.is_open_at_end,

        ---------- dates
        int_submissions_chained.interval_start,
        int_submissions_chained.interval_end
    from int_submissions_chained
    inner join stg_build__scope
        on
            int_submissions_chained.unit_code = stg_build__scope.unit_code
            and int_submissions_chained.period_year = stg_build__scope.period_year

)

select * from final
