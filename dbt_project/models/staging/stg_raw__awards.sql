{# grain: one row per row of the table in a submission #}

with

awards as (

    select * from {{ source('raw', 'awards') }}

),

final as (

    select
        ---------- ids
        submission_id,

        ---------- text
        sheet,
        level,
        kind,
        subject,
        merit_from_year,
        merit_to_year,
        not_applicable,

        ---------- numerics
        sheet_row,
        award_count
    from awards

)

select * from final
