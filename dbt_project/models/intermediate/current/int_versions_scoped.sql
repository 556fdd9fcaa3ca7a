with

stg_raw__submissions as (

    select * from {{ ref('stg_raw__submissions') }}

),

stg_build__scope as (

    select * from {{ ref('stg_build__scope') }}

),

final as (

    select
        ---------- ids
        stg_raw__submissions.submission_id,
        stg_raw__submissions.file_id,

        ---------- text
        stg_raw__submissions.form,
        stg_raw__submissions.unit_code,
        stg_raw__submissions.period_code,
        stg_raw__submissions.basis,
        stg_raw__submissions.state,

        ---------- numerics
        stg_raw__submissions.period_year,
        stg_raw__submissions.form_version,
        stg_raw__submissions.submission_no,

        ---------- booleans
        stg_raw__submissions.is_replaced,

        ---------- timestamps
        stg_raw__submissions.received_at,
        stg_raw__submissions.written_at
    from stg_raw__submissions
    inner join stg_build__scope
        on
            stg_raw__submissions.unit_code = stg_build__scope.unit_code
            and stg_raw__submissions.period_year = stg_build__scope.period_year

)

select * from final
