{# grain: one row per bloc, period and time of being closed #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
select
    ---------- ids
    closing_id,

    ---------- text
    bloc_code,
    period_code,

    ---------- timestamps
    closed_at,
    reopened_at
from {{ source('quality', 'period_closings') }}
