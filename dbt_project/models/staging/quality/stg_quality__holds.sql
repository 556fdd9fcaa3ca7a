select
    ---------- ids
    hold_id,

    ---------- text
    unit_code,
    form,
    period_code,
    rule,

    ---------- timestamps
    held_at,
    released_at
from {{ source('quality', 'holds') }}
