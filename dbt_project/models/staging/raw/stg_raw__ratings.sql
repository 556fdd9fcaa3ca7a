select
    ---------- ids
    submission_id,

    ---------- text
    sheet,
    subject,
    rating_scheme,
    not_applicable,

    ---------- numerics
    sheet_row,
    total_subject,
    exempt,
    not_rated,
    rated_total,
    excellent,
    good,
    completed,
    not_completed
from {{ source('raw', 'ratings') }}
