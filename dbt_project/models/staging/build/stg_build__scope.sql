select
    ---------- text
    unit_code,

    ---------- numerics
    period_year
from {{ source('build', 'build_scope') }}
