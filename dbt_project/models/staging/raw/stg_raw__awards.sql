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
from {{ source('raw', 'awards') }}
