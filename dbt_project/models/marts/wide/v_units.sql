select
    ---------- ids
    dim_units.unit_key,

    ---------- text
    dim_units.bloc_code,
    dim_units.bloc_name,
    dim_units.province,
    dim_units.unit_code,
    dim_units.unit_name,
    dim_units.unit_kind,
    dim_units.sector,
    dim_units.latest_bloc_code,
    dim_units.opening_events,
    dim_units.closing_events,
    dim_units.successor_unit_code,

    ---------- booleans
    dim_units.is_open,

    ---------- dates
    dim_units.valid_from,
    dim_units.valid_to
from {{ ref('dim_units') }} as dim_units
