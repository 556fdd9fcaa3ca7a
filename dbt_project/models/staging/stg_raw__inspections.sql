{# grain: one row per row of the table in a submission #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
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
from {{ source('raw', 'inspections') }}
