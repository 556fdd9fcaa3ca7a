select stg_reference__published_totals.claim_id
from {{ ref('stg_reference__published_totals') }} as stg_reference__published_totals
left join {{ ref('rpt_published_totals') }} as rpt_published_totals
    on stg_reference__published_totals.claim_id = rpt_published_totals.claim_id
left join {{ ref('ref_indicators') }} as ref_indicators
    on
        stg_reference__published_totals.indicator = ref_indicators.indicator
        and stg_reference__published_totals.role = ref_indicators.role
where
    rpt_published_totals.claim_id is null
    or (
        stg_reference__published_totals.basis != 'context'
        and ref_indicators.indicator is null
    )
