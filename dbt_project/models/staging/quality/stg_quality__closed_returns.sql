select
    ---------- ids
    closing_id,
    submission_id,

    ---------- text
    unit_code,
    form,
    period_code
from {{ source('quality', 'closed_returns') }}
