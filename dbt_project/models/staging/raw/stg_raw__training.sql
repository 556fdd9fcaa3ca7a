select
    ---------- ids
    submission_id,

    ---------- text
    sheet,
    programme,
    not_applicable,

    ---------- numerics
    sheet_row,
    classes,
    attendees,
    attendees_members,
    attendees_masses
from {{ source('raw', 'training') }}
