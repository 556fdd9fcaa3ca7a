{# grain: one row per unit and span of days in which it was the same #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
select
    ---------- text
    unit_code,
    bloc_code,
    unit_kind,
    sector,
    unit_name,

    ---------- dates
    valid_from,
    valid_to
from {{ source('reference', 'ref_unit_spans') }}
