select
    submissions.bloc_code,
    submissions.unit_code,
    'membership' as form,
    submissions.period_code,
    submissions.submission_id,
    array[admission_returns.submission_id] as other_submission_ids,
    membership.inc_admitted as left_value,
    admissions.admitted_total as right_value
from intermediate.int_submissions_current as submissions
inner join intermediate.int_submissions_current as admission_returns
    on submissions.unit_code = admission_returns.unit_code
        and submissions.period_code = admission_returns.period_code
        and submissions.basis = admission_returns.basis
        and admission_returns.form = 'admissions'
left join intermediate.int_membership_current as membership
    on submissions.submission_id = membership.submission_id
left join intermediate.int_admissions_current as admissions
    on admission_returns.submission_id = admissions.submission_id
where submissions.form = 'membership'
