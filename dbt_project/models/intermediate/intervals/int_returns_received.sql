{# grain: one row per unit, form and period in scope of which anything was received #}

with

stg_build__scope as (

    select * from {{ ref('stg_build__scope') }}

),

stg_raw__submissions as (

    select stg_raw__submissions.*
    from {{ ref('stg_raw__submissions') }} as stg_raw__submissions
    inner join stg_build__scope
        on
            stg_raw__submissions.unit_code = stg_build__scope.unit_code
            and stg_raw__submissions.period_year = stg_build__scope.period_year
    where stg_raw__submissions.period_code is not null

),

final as (

    select
        ---------- text
        unit_code,
        form,
        period_code,

        ---------- booleans
        bool_or(state = 'held') as has_held,
        bool_or(state = 'rejected') as has_rejected,

        ---------- timestamps
        min(received_at) filter (
            where state in ('accepted', 'superseded')
        ) as first_accepted_at,
        max(received_at) as last_received_at
    from stg_raw__submissions
    group by
        unit_code,
        form,
        period_code

)

select * from final
