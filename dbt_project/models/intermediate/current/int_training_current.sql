select
    ---------- ids
    int_submissions_current.submission_id,

    ---------- text
    int_submissions_current.unit_code,
    int_submissions_current.bloc_code,
    int_submissions_current.unit_kind,
    int_submissions_current.form,
    int_submissions_current.period_code,
    int_submissions_current.period_type,
    int_submissions_current.basis,
    stg_raw__training.sheet,
    stg_raw__training.programme,
    stg_raw__training.not_applicable,

    ---------- numerics
    int_submissions_current.form_version,
    int_submissions_current.period_year,
    int_submissions_current.submission_no,
    stg_raw__training.sheet_row,
    stg_raw__training.classes,
    stg_raw__training.attendees,
    stg_raw__training.attendees_members,
    stg_raw__training.attendees_masses,

    ---------- dates
    int_submissions_current.period_start,
    int_submissions_current.period_end,

    ---------- timestamps
    int_submissions_current.received_at
from {{ ref('int_submissions_current') }} as int_submissions_current
inner join {{ ref('stg_raw__training') }} as stg_raw__training
    on int_submissions_current.submission_id = stg_raw__training.submission_id
where int_submissions_current.form = 'awards_training'
