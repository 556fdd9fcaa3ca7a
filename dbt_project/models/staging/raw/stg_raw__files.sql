select
    ---------- ids
    file_id,

    ---------- text
    sender,
    path as file_path,
    file_name,
    sha256 as file_sha256,
    state,
    state_reason,

    ---------- numerics
    byte_size,

    ---------- timestamps
    received_at,
    registered_at
from {{ source('raw', 'files') }}
