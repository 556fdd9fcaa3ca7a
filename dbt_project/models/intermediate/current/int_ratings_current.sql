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
    stg_raw__ratings.sheet,
    stg_raw__ratings.subject,
    stg_raw__ratings.rating_scheme,
    stg_raw__ratings.not_applicable,

    ---------- numerics
    int_submissions_current.form_version,
    int_submissions_current.period_year,
    int_submissions_current.submission_no,
    stg_raw__ratings.sheet_row,
    stg_raw__ratings.total_subject,
    stg_raw__ratings.exempt,
    stg_raw__ratings.not_rated,
    stg_raw__ratings.rated_total,
    stg_raw__ratings.excellent,
    stg_raw__ratings.good,
    stg_raw__ratings.completed,
    stg_raw__ratings.not_completed,

    ---------- dates
    int_submissions_current.period_start,
    int_submissions_current.period_end,

    ---------- timestamps
    int_submissions_current.received_at
from {{ ref('int_submissions_current') }} as int_submissions_current
inner join {{ ref('stg_raw__ratings') }} as stg_raw__ratings
    on int_submissions_current.submission_id = stg_raw__ratings.submission_id
where int_submissions_current.form = 'ratings'
