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
    stg_raw__admission_plan.sheet,
    stg_raw__admission_plan.scope,
    stg_raw__admission_plan.planned_unit_code,
    stg_raw__admission_plan.from_year,
    stg_raw__admission_plan.to_year,
    stg_raw__admission_plan.not_applicable,

    ---------- numerics
    int_submissions_current.form_version,
    int_submissions_current.period_year,
    int_submissions_current.submission_no,
    stg_raw__admission_plan.sheet_row,
    stg_raw__admission_plan.planned_admissions,

    ---------- dates
    int_submissions_current.period_start,
    int_submissions_current.period_end,

    ---------- timestamps
    int_submissions_current.received_at
from {{ ref('int_submissions_current') }} as int_submissions_current
inner join {{ ref('stg_raw__admission_plan') }} as stg_raw__admission_plan
    on int_submissions_current.submission_id = stg_raw__admission_plan.submission_id
where int_submissions_current.form = 'admission_plan'
