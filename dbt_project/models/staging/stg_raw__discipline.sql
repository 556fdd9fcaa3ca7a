{# grain: one row per row of the table in a submission #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
select
    ---------- ids
    submission_id,

    ---------- text
    sheet,
    body,
    subject,
    not_applicable,

    ---------- numerics
    sheet_row,
    reprimand,
    warning,
    dismissal,
    expulsion,
    dissolution,
    discipline_total,
    of_which_committee_members,
    dismissal_office_holders
from {{ source('raw', 'discipline') }}
