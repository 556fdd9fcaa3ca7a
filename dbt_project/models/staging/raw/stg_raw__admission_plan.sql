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
