select
    ---------- ids
    claim_id,

    ---------- text
    source_document,
    bloc_code,
    period_type,
    indicator,
    subject,
    conducted_by,
    printed,
    unit,
    qualifier,
    role,
    basis,
    base_claim,
    wording,
    inferred,

    ---------- numerics
    value,

    ---------- dates
    published_on,
    period_start,
    period_end
from {{ source('reference', 'ref_published_totals') }}
