select
    ---------- ids
    submission_id,
    file_id,

    ---------- text
    form,
    sheet,
    unit_code,
    period_code,
    basis,
    state,

    ---------- numerics
    period_year,
    form_version,
    submission_no,

    ---------- booleans
    replaced_by_replay_id is not null as is_replaced,

    ---------- timestamps
    received_at,
    written_at,
    registered_at
from {{ source('raw', 'submissions') }}
