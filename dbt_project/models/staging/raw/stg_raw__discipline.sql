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
