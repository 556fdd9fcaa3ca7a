select
    ---------- ids
    rpt_published_totals.claim_id,

    ---------- text
    rpt_published_totals.bloc_code,
    dim_blocs.bloc_name,
    dim_blocs.bloc_short,
    dim_blocs.province,
    rpt_published_totals.indicator,
    dim_indicators.label_vi as indicator_vi,
    dim_indicators.label_en as indicator_en,
    rpt_published_totals.verdict,
    dim_verdicts.label_vi as verdict_vi,
    dim_verdicts.label_en as verdict_en,
    rpt_published_totals.reason,
    dim_verdict_reasons.label_vi as reason_vi,
    dim_verdict_reasons.label_en as reason_en,
    rpt_published_totals.period_type,
    rpt_published_totals.subject,
    rpt_published_totals.conducted_by,
    rpt_published_totals.source_document,
    rpt_published_totals.printed,
    rpt_published_totals.wording,
    rpt_published_totals.qualifier,
    rpt_published_totals.role,
    rpt_published_totals.basis,
    rpt_published_totals.inferred,

    ---------- numerics
    dim_indicators.sort_order as indicator_order,
    dim_verdicts.sort_order as verdict_order,
    dim_verdict_reasons.sort_order as reason_order,
    rpt_published_totals.printed_value,
    rpt_published_totals.recomputed,
    rpt_published_totals.units_reported,
    rpt_published_totals.units_expected,
    rpt_published_totals.blank_count,

    ---------- dates
    rpt_published_totals.period_end,
    rpt_published_totals.period_start,
    rpt_published_totals.published_on
from {{ ref('rpt_published_totals') }} as rpt_published_totals
left join {{ ref('dim_blocs') }} as dim_blocs
    on rpt_published_totals.bloc_code = dim_blocs.bloc_code
left join {{ ref('dim_indicators') }} as dim_indicators
    on rpt_published_totals.indicator = dim_indicators.indicator
left join {{ ref('dim_verdicts') }} as dim_verdicts
    on rpt_published_totals.verdict = dim_verdicts.verdict
left join {{ ref('dim_verdict_reasons') }} as dim_verdict_reasons
    on rpt_published_totals.reason = dim_verdict_reasons.reason
