select
    ---------- text
    event_id,
    event_type,
    status,
    unit_code,
    successor_code,
    bloc_code,
    unit_kind,
    sector,
    unit_name,
    decision_no,
    note,

    ---------- numerics
    weight,
    members_carried,

    ---------- dates
    effective_date
from {{ source('reference', 'ref_unit_events') }}
