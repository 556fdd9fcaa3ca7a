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
    stg_raw__admissions.sheet,
    stg_raw__admissions.not_applicable,

    ---------- numerics
    int_submissions_current.form_version,
    int_submissions_current.period_year,
    int_submissions_current.submission_no,
    stg_raw__admissions.sheet_row,
    stg_raw__admissions.plan_year,
    stg_raw__admissions.admitted_total,
    stg_raw__admissions.admitted_youth,
    stg_raw__admissions.admitted_female,
    stg_raw__admissions.admitted_ethnic,
    stg_raw__admissions.admitted_religious,
    stg_raw__admissions.admitted_private_sector,
    stg_raw__admissions.admitted_private_owner,
    stg_raw__admissions.readmitted,
    stg_raw__admissions.admitted_edu_secondary,
    stg_raw__admissions.admitted_edu_college,
    stg_raw__admissions.admitted_edu_university,
    stg_raw__admissions.admitted_edu_postgraduate,
    stg_raw__admissions.candidates_trained,
    stg_raw__admissions.pct_of_plan,

    ---------- dates
    int_submissions_current.period_start,
    int_submissions_current.period_end,

    ---------- timestamps
    int_submissions_current.received_at
from {{ ref('int_submissions_current') }} as int_submissions_current
inner join {{ ref('stg_raw__admissions') }} as stg_raw__admissions
    on int_submissions_current.submission_id = stg_raw__admissions.submission_id
where int_submissions_current.form = 'admissions'
