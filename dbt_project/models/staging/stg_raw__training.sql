{# grain: one row per row of the table in a submission #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
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
