{# grain: one row per row of the table in a submission #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
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
from {{ source('raw', 'admission_plan') }}
