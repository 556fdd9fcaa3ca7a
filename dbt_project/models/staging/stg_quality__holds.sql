{# grain: one row per hold, active while released_at is null #}

with

holds as (

    select * from {{ source('quality', 'holds') }}

),

final as (

    select
        ---------- ids
        hold_id,

        ---------- text
        unit_code,
        form,
        period_code,
        rule,

        ---------- timestamps
        held_at,
        released_at
    from holds

)

select * from final
