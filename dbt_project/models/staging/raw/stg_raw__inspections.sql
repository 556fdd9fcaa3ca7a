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
