select
    ---------- ids
    rpt_published_totals.claim_id,

    ---------- text
    rpt_published_totals.bloc_code,
    dim_blocs.bloc_name,
    dim_blocs.province,
    rpt_published_totals.indicator,
    dim_indicators.label_vi as indicator_vi,
    dim_indicators.label_en as indicator_en,
    rpt_published_totals.verdict,
    dim_verdicts.label_vi as verdict_vi,
    dim_verdicts.label_en as verdict_en,
    rpt_published_totals.reason,
    case rpt_published_totals.reason
        when 'differs' then 'Số tính lại khác số in'
        when 'context' then 'Chỉ để tham khảo'
        when 'nothing_due' then 'Không có báo cáo nào phải gửi'
        when 'incomplete' then 'Còn thiếu báo cáo của đơn vị'
        when 'blank' then 'Có ô bỏ trống'
        when 'no_figure' then 'Không có số liệu'
    end as reason_vi,
    case rpt_published_totals.reason
        when 'differs' then 'The recomputed figure differs'
        when 'context' then 'Mere context'
        when 'nothing_due' then 'No return is owed for it'
        when 'incomplete' then 'Returns of units are missing'
        when 'blank' then 'Cells were left blank'
        when 'no_figure' then 'There is no figure'
    end as reason_en,
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
