select
    ---------- text
    unit_key,
    successor_unit_key,

    ---------- numerics
    weight,

    ---------- dates
    effective_date
from {{ source('reference', 'ref_unit_successions') }}
