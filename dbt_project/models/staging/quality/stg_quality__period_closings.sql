select
    ---------- ids
    closing_id,

    ---------- text
    bloc_code,
    period_code,

    ---------- timestamps
    closed_at,
    reopened_at
from {{ source('quality', 'period_closings') }}
