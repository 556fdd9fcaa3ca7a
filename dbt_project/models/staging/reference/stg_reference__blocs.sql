select
    ---------- text
    bloc_code,
    bloc_name,
    province,
    successor_bloc_code,

    ---------- dates
    valid_from,
    valid_to
from {{ source('reference', 'ref_blocs') }}
