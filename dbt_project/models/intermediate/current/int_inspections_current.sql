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
    stg_raw__inspections.sheet,
    stg_raw__inspections.body,
    stg_raw__inspections.subject,
    stg_raw__inspections.kind,
    stg_raw__inspections.not_applicable,

    ---------- numerics
    int_submissions_current.form_version,
    int_submissions_current.period_year,
    int_submissions_current.submission_no,
    stg_raw__inspections.sheet_row,
    stg_raw__inspections.planned,
    stg_raw__inspections.done,
    stg_raw__inspections.distinct_subjects,
    stg_raw__inspections.concluded_violation,
    stg_raw__inspections.must_discipline,
    stg_raw__inspections.cases_carried_over,
    stg_raw__inspections.disciplined,

    ---------- dates
    int_submissions_current.period_start,
    int_submissions_current.period_end,

    ---------- timestamps
    int_submissions_current.received_at
from {{ ref('int_submissions_current') }} as int_submissions_current
inner join {{ ref('stg_raw__inspections') }} as stg_raw__inspections
    on int_submissions_current.submission_id = stg_raw__inspections.submission_id
where int_submissions_current.form = 'inspections'
