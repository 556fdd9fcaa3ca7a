{# grain: one row per row of the table in a submission #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
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
