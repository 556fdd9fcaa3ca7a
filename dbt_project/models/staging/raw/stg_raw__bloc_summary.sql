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
from {{ source('raw', 'bloc_summary') }}
