{# grain: one row per row of the table in a submission #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
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
