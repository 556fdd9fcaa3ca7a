{# grain: one row per span that ended and its successor #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
select
    ---------- text
    unit_key,
    successor_unit_key,

    ---------- numerics
    weight,

    ---------- dates
    effective_date
from {{ source('reference', 'ref_unit_successions') }}
