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
    stg_raw__discipline.sheet,
    stg_raw__discipline.body,
    stg_raw__discipline.subject,
    stg_raw__discipline.not_applicable,

    ---------- numerics
    int_submissions_current.form_version,
    int_submissions_current.period_year,
    int_submissions_current.submission_no,
    stg_raw__discipline.sheet_row,
    stg_raw__discipline.reprimand,
    stg_raw__discipline.warning,
    stg_raw__discipline.dismissal,
    stg_raw__discipline.expulsion,
    stg_raw__discipline.dissolution,
    stg_raw__discipline.discipline_total,
    stg_raw__discipline.of_which_committee_members,
    stg_raw__discipline.dismissal_office_holders,

    ---------- dates
    int_submissions_current.period_start,
    int_submissions_current.period_end,

    ---------- timestamps
    int_submissions_current.received_at
from {{ ref('int_submissions_current') }} as int_submissions_current
inner join {{ ref('stg_raw__discipline') }} as stg_raw__discipline
    on int_submissions_current.submission_id = stg_raw__discipline.submission_id
where int_submissions_current.form = 'inspections'
