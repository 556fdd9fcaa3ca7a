{# grain: one row per row of the table in a submission #}

with

admission_plan as (

    select * from {{ source('raw', 'admission_plan') }}

),

final as (

    select
        ---------- ids
        submission_id,

        ---------- text
        sheet,
        scope,
        planned_unit_code,
        from_year,
        to_year,
        not_applicable,

        ---------- numerics
        sheet_row,
        planned_admissions
    from admission_plan

)

select * from final
