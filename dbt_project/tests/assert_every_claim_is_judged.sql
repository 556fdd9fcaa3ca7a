select ref_published_totals.claim_id
from {{ ref('ref_published_totals') }} as ref_published_totals
left join {{ ref('rpt_published_totals') }} as rpt_published_totals
    on ref_published_totals.claim_id = rpt_published_totals.claim_id
left join {{ ref('ref_indicators') }} as ref_indicators
    on
        ref_published_totals.indicator = ref_indicators.indicator
        and ref_published_totals.role = ref_indicators.role
where
    rpt_published_totals.claim_id is null
    or (ref_published_totals.basis != 'context' and ref_indicators.indicator is null)
