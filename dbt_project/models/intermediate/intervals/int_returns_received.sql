with

submissions as (

    select * from {{ ref('stg_raw__submissions') }}
    where
        period_code is not null
        and {{ is_in_scope(['unit_code', 'period_year']) }}

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
    from submissions
    group by
        unit_code,
        form,
        period_code

)

select * from final
