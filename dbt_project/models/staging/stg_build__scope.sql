{# grain: one row per unit and year that this build makes anew #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
select
    ---------- text
    unit_code,

    ---------- numerics
    period_year
from {{ source('build', 'build_scope') }}
