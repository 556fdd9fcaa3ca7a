select
    ---------- ids
    submission_id,

    ---------- timestamps
    counted_from,
    counted_to
from {{ source('raw', 'version_validity') }}
