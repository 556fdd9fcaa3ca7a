{# grain: one row per closing and return that counted when the period was closed #}

with

closed_returns as (

    select * from {{ source('quality', 'closed_returns') }}

),

final as (

    select
        ---------- ids
        closing_id,
        submission_id,

        ---------- text
        unit_code,
        form,
        period_code
    from closed_returns

)

select * from final
