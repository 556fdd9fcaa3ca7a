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
    stg_raw__bloc_summary.sheet,
    stg_raw__bloc_summary.indicator,
    stg_raw__bloc_summary.not_applicable,

    ---------- numerics
    int_submissions_current.form_version,
    int_submissions_current.period_year,
    int_submissions_current.submission_no,
    stg_raw__bloc_summary.sheet_row,
    stg_raw__bloc_summary.declared_total,

    ---------- dates
    int_submissions_current.period_start,
    int_submissions_current.period_end,

    ---------- timestamps
    int_submissions_current.received_at
from {{ ref('int_submissions_current') }} as int_submissions_current
inner join {{ ref('stg_raw__bloc_summary') }} as stg_raw__bloc_summary
    on int_submissions_current.submission_id = stg_raw__bloc_summary.submission_id
where int_submissions_current.form = 'bloc_summary'
