{# grain: one row per row of the table in a submission #}

with

petitions as (

    select * from {{ source('raw', 'petitions') }}

),

final as (

    select
        ---------- ids
        submission_id,

        ---------- text
        sheet,
        kind,
        not_applicable,

        ---------- numerics
        sheet_row,
        carried_over,
        received,
        resolved,
        pending
    from petitions

)

select * from final
