select
    ---------- ids
    fct_returns.unit_key,
    fct_returns.submission_id,

    ---------- text
    fct_returns.bloc_code,
    dim_blocs.bloc_name,
    dim_blocs.bloc_short,
    dim_blocs.province,
    bridge_period_terms.term,
    fct_returns.unit_code,
    dim_units.unit_name,
    dim_units.unit_kind,
    dim_unit_kinds.label_vi as unit_kind_vi,
    dim_unit_kinds.label_en as unit_kind_en,
    dim_units.sector,
    dim_sectors.label_vi as sector_vi,
    dim_sectors.label_en as sector_en,
    fct_returns.period_code,
    fct_returns.period_type,
    dim_periods.period_name,
    dim_periods.period_name_en,
    dim_periods.period_label,
    fct_returns.form,
    dim_forms.label_vi as form_vi,
    dim_forms.label_en as form_en,
    fct_returns.state,
    dim_return_states.label_vi as state_vi,
    dim_return_states.label_en as state_en,
    fct_returns.owed_by,

    ---------- numerics
    fct_returns.period_key,
    fct_returns.period_year,
    dim_forms.sort_order as form_order,
    dim_return_states.sort_order as state_order,

    ---------- booleans
    fct_returns.is_expected,
    fct_returns.is_due,
    fct_returns.is_reported,
    fct_returns.is_late,

    ---------- dates
    fct_returns.period_end,
    fct_returns.due_on,
    fct_returns.counted_on,

    ---------- timestamps
    fct_returns.received_at
from {{ ref('fct_returns') }} as fct_returns
left join {{ ref('dim_units') }} as dim_units
    on fct_returns.unit_key = dim_units.unit_key
left join {{ ref('dim_blocs') }} as dim_blocs
    on fct_returns.bloc_code = dim_blocs.bloc_code
left join {{ ref('dim_unit_kinds') }} as dim_unit_kinds
    on dim_units.unit_kind = dim_unit_kinds.unit_kind
left join {{ ref('dim_sectors') }} as dim_sectors
    on dim_units.sector = dim_sectors.sector
left join {{ ref('dim_periods') }} as dim_periods
    on fct_returns.period_key = dim_periods.period_key
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        fct_returns.bloc_code = bridge_period_terms.bloc_code
        and fct_returns.period_code = bridge_period_terms.period_code
left join {{ ref('dim_forms') }} as dim_forms
    on fct_returns.form = dim_forms.form
left join {{ ref('dim_return_states') }} as dim_return_states
    on fct_returns.state = dim_return_states.state
