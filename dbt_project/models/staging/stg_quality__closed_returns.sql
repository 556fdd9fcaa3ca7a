{# grain: one row per closing and return that counted when the period was closed #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
select
    ---------- ids
    closing_id,
    submission_id,

    ---------- text
    unit_code,
    form,
    period_code
from {{ source('quality', 'closed_returns') }}
