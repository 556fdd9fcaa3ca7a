{# grain: one row per hold, active while released_at is null #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
select
    ---------- ids
    hold_id,

    ---------- text
    unit_code,
    form,
    period_code,
    rule,

    ---------- timestamps
    held_at,
    released_at
from {{ source('quality', 'holds') }}
