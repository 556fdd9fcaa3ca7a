{# grain: one row per submission and time during which it counted #}

with

standings as (

    select * from {{ source('raw', 'standings') }}

),

final as (

    select
        ---------- ids
        submission_id,

        ---------- timestamps
        counted_from,
        counted_to
    from standings

)

select * from final
