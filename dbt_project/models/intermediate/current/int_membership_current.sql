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
    stg_raw__membership.sheet,
    stg_raw__membership.not_applicable,

    ---------- numerics
    int_submissions_current.form_version,
    int_submissions_current.period_year,
    int_submissions_current.submission_no,
    stg_raw__membership.sheet_row,
    stg_raw__membership.opening_total,
    stg_raw__membership.opening_probationary,
    stg_raw__membership.inc_admitted,
    stg_raw__membership.inc_transfer_internal,
    stg_raw__membership.inc_transfer_external,
    stg_raw__membership.inc_probationary,
    stg_raw__membership.inc_restored,
    stg_raw__membership.inc_structural,
    stg_raw__membership.inc_other,
    stg_raw__membership.inc_total,
    stg_raw__membership.dec_transfer_internal,
    stg_raw__membership.dec_transfer_external,
    stg_raw__membership.dec_died,
    stg_raw__membership.dec_expelled,
    stg_raw__membership.dec_struck_off,
    stg_raw__membership.dec_resigned,
    stg_raw__membership.dec_structural,
    stg_raw__membership.dec_other,
    stg_raw__membership.dec_total,
    stg_raw__membership.closing_total,
    stg_raw__membership.closing_official,
    stg_raw__membership.closing_probationary,
    stg_raw__membership.made_official,
    stg_raw__membership.closing_female,
    stg_raw__membership.closing_ethnic,
    stg_raw__membership.closing_religious,
    stg_raw__membership.closing_exempt,
    stg_raw__membership.closing_age_to_30,
    stg_raw__membership.closing_age_31_40,
    stg_raw__membership.closing_age_41_50,
    stg_raw__membership.closing_age_51_60,
    stg_raw__membership.closing_age_over_60,
    stg_raw__membership.closing_theory_elementary,
    stg_raw__membership.closing_theory_intermediate,
    stg_raw__membership.closing_theory_advanced,
    stg_raw__membership.sub_cells,

    ---------- dates
    int_submissions_current.period_start,
    int_submissions_current.period_end,

    ---------- timestamps
    int_submissions_current.received_at
from {{ ref('int_submissions_current') }} as int_submissions_current
inner join {{ ref('stg_raw__membership') }} as stg_raw__membership
    on int_submissions_current.submission_id = stg_raw__membership.submission_id
where int_submissions_current.form = 'membership'
