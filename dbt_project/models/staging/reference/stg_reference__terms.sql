select
    ---------- text
    bloc_code,
    term,

    ---------- dates
    first_day,
    last_day
from {{ source('reference', 'ref_terms') }}
