select
    ---------- ids
    rpt_published_totals.claim_id,

    ---------- text
    rpt_published_totals.bloc_code,
    rpt_published_totals.verdict,
    case rpt_published_totals.verdict
        when 'met' then 'Khớp'
        when 'not_met' then 'Không khớp'
        when 'not_recomputable' then 'Chưa tính lại được'
    end as verdict_vi,
    case rpt_published_totals.verdict
        when 'met' then 'Holds'
        when 'not_met' then 'Does not hold'
        when 'not_recomputable' then 'Cannot be recomputed'
    end as verdict_en,
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
    rpt_published_totals.indicator,
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
