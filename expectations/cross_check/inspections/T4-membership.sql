with disciplined as (
    select
        submissions.bloc_code,
        submissions.unit_code,
        submissions.period_code,
        submissions.submission_id,
        case when bool_and(discipline.discipline_total is not null)
                then sum(discipline.discipline_total)
        end as members
    from intermediate.int_submissions_current as submissions
    inner join intermediate.int_discipline_current as discipline
        on submissions.submission_id = discipline.submission_id
    where submissions.form = 'inspections'
        and submissions.unit_kind <> 'bloc_office'
        and discipline.subject = 'member'
    group by
        submissions.bloc_code, submissions.unit_code, submissions.period_code,
        submissions.submission_id
)

select
    disciplined.bloc_code,
    disciplined.unit_code,
    'inspections' as form,
    disciplined.period_code,
    disciplined.submission_id,
    array[submissions.submission_id] as other_submission_ids,
    disciplined.members as left_value,
    membership.opening_total + membership.inc_total as right_value
from disciplined
inner join intermediate.int_submissions_current as submissions
    on disciplined.unit_code = submissions.unit_code
        and disciplined.period_code = submissions.period_code
        and submissions.form = 'membership'
left join intermediate.int_membership_current as membership
    on submissions.submission_id = membership.submission_id
