{# grain: one row per bloc and term #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
select
    ---------- text
    bloc_code,
    term,

    ---------- dates
    first_day,
    last_day
from {{ source('reference', 'ref_terms') }}
