select
    ---------- text
    bloc_code,
    form,
    owed_by,
    period_type,
    first_period,
    last_period,

    ---------- numerics
    due_days
from {{ source('reference', 'ref_obligations') }}
