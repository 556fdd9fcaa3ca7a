{# grain: one row per bloc, form, who owes it, kind of period and first period #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
select
    ---------- text
    bloc_code,
    form,
    owed_by,
    period_type,
    first_period,
    last_period,

    ---------- numerics
    due_days
from {{ source('reference', 'ref_obligations') }}
