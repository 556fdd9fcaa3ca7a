{# grain: one row per row of the table in a submission #}

with

inspections as (

    select * from {{ source('raw', 'inspections') }}

),

final as (

    select
        ---------- ids
        submission_id,

        ---------- text
        sheet,
        body,
        subject,
        kind,
        not_applicable,

        ---------- numerics
        sheet_row,
        planned,
        done,
        distinct_subjects,
        concluded_violation,
        must_discipline,
        cases_carried_over,
        disciplined
    from inspections

)

select * from final
