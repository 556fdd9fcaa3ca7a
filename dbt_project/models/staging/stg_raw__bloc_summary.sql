{# grain: one row per row of the table in a submission #}

with

bloc_summary as (

    select * from {{ source('raw', 'bloc_summary') }}

),

final as (

    select
        ---------- ids
        submission_id,

        ---------- text
        sheet,
        indicator,
        not_applicable,

        ---------- numerics
        sheet_row,
        declared_total
    from bloc_summary

)

select * from final
