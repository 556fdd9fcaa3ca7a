{# grain: one row per bloc and name that it bore #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
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
