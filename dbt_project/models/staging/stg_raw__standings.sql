{# grain: one row per submission and time during which it counted #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
select
    ---------- ids
    submission_id,

    ---------- timestamps
    counted_from,
    counted_to
from {{ source('raw', 'standings') }}
