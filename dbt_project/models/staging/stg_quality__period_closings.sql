{# grain: one row per bloc, period and time of being closed #}

with

period_closings as (

    select * from {{ source('quality', 'period_closings') }}

),

final as (

    select
        ---------- ids
        closing_id,

        ---------- text
        bloc_code,
        period_code,

        ---------- timestamps
        closed_at,
        reopened_at
    from period_closings

)

select * from final
