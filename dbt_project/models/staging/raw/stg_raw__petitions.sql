select
    ---------- ids
    submission_id,

    ---------- text
    sheet,
    kind,
    not_applicable,

    ---------- numerics
    sheet_row,
    carried_over,
    received,
    resolved,
    pending
from {{ source('raw', 'petitions') }}
