select
    ---------- text
    rpt_reporting_rates.bloc_code,
    dim_blocs.bloc_name,
    dim_blocs.bloc_short,
    dim_blocs.province,
    bridge_period_terms.term,
    rpt_reporting_rates.period_code,
    rpt_reporting_rates.period_type,
    dim_periods.period_name,
    dim_periods.period_name_en,
    dim_periods.period_label,
    rpt_reporting_rates.form,
    dim_forms.label_vi as form_vi,
    dim_forms.label_en as form_en,
    rpt_reporting_rates.owed_by,

    ---------- numerics
    rpt_reporting_rates.period_key,
    rpt_reporting_rates.period_year,
    dim_forms.sort_order as form_order,
    rpt_reporting_rates.units_reported,
    rpt_reporting_rates.units_reported_on_time,
    rpt_reporting_rates.units_waiting,
    rpt_reporting_rates.units_held,
    rpt_reporting_rates.units_rejected,
    rpt_reporting_rates.units_missing,
    rpt_reporting_rates.units_not_due,
    rpt_reporting_rates.units_expected,

    ---------- dates
    rpt_reporting_rates.period_end,
    rpt_reporting_rates.due_on
from {{ ref('rpt_reporting_rates') }} as rpt_reporting_rates
left join {{ ref('dim_blocs') }} as dim_blocs
    on rpt_reporting_rates.bloc_code = dim_blocs.bloc_code
left join {{ ref('dim_periods') }} as dim_periods
    on rpt_reporting_rates.period_key = dim_periods.period_key
left join {{ ref('bridge_period_terms') }} as bridge_period_terms
    on
        rpt_reporting_rates.bloc_code = bridge_period_terms.bloc_code
        and rpt_reporting_rates.period_code = bridge_period_terms.period_code
left join {{ ref('dim_forms') }} as dim_forms
    on rpt_reporting_rates.form = dim_forms.form
