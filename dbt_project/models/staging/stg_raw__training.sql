{# grain: one row per row of the table in a submission #}

with

training as (

    select * from {{ source('raw', 'training') }}

),

final as (

    select
        ---------- ids
        submission_id,

        ---------- text
        sheet,
        programme,
        not_applicable,

        ---------- numerics
        sheet_row,
        classes,
        attendees,
        attendees_members,
        attendees_masses
    from training

)

select * from final
