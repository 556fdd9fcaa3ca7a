select
    ---------- ids
    fct_membership.unit_key,

    ---------- text
    fct_membership.bloc_code,
    dim_blocs.bloc_name,
    dim_blocs.bloc_short,
    dim_blocs.province,
    bridge_period_terms.term,
    fct_membership.reporting_unit_code as unit_code,
    dim_units.unit_name,
    fct_membership.unit_kind,
    dim_unit_kinds.label_vi as unit_kind_vi,
    dim_unit_kinds.label_en as unit_kind_en,
    dim_units.sector,
    dim_sectors.label_vi as sector_vi,
    dim_sectors.label_en as sector_en,
    fct_membership.period_code,
    fct_membership.period_type,
    dim_periods.period_name,
    dim_periods.period_name_en,
    dim_periods.period_label,

    ---------- numerics
    fct_membership.period_key,
    fct_membership.period_year,
    fct_membership.inc_admitted,
    fct_membership.inc_transfer_internal,
    fct_membership.inc_transfer_external,
    fct_membership.inc_probationary,
    fct_membership.inc_restored,
    fct_membership.inc_structural,
    fct_membership.inc_other,
    fct_membership.inc_total,
    fct_membership.dec_transfer_internal,
    fct_membership.dec_transfer_external,
    fct_membership.dec_died,
    fct_membership.dec_structural,
    fct_membership.dec_left_or_removed,
    fct_membership.dec_total,
    fct_membership.made_official,

    ---------- dates
    fct_membership.interval_end,
    fct_membership.interval_start
from {{ ref('fct_membership') }} as fct_membership
left join {{ ref('dim_units') }} as dim_units
    on fct_membership.unit_key = dim_units.unit_key
left join {{ ref('dim_blocs') }} as dim_blocs
    on fct_membership.bloc_code = dim_blocs.bloc_code
left join {{ ref('dim_unit_kinds') }} as dim_unit_kinds
    on fct_membership.unit_kind = dim_unit_kinds.unit_kind
left join {{ ref('dim_sectors') }} as dim_sectors
    on dim_units.sector = dim_sectors.sector
left join {{ ref('dim_periods') }} as dim_periods
    on fct_membership.period_key = dim_periods.period_key
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        fct_membership.bloc_code = bridge_period_terms.bloc_code
        and fct_membership.period_code = bridge_period_terms.period_code
