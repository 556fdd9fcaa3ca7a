select
    ---------- ids
    dim_units.unit_key,

    ---------- text
    dim_units.bloc_code,
    dim_blocs.bloc_name,
    dim_blocs.bloc_short,
    dim_blocs.province,
    dim_units.unit_code,
    dim_units.unit_name,
    dim_units.unit_kind,
    dim_unit_kinds.label_vi as unit_kind_vi,
    dim_unit_kinds.label_en as unit_kind_en,
    dim_units.sector,
    dim_sectors.label_vi as sector_vi,
    dim_sectors.label_en as sector_en,
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
left join {{ ref('dim_blocs') }} as dim_blocs
    on dim_units.bloc_code = dim_blocs.bloc_code
left join {{ ref('dim_unit_kinds') }} as dim_unit_kinds
    on dim_units.unit_kind = dim_unit_kinds.unit_kind
left join {{ ref('dim_sectors') }} as dim_sectors
    on dim_units.sector = dim_sectors.sector
