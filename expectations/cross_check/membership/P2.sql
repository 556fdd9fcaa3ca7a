with returns as (
    select
        submissions.submission_id,
        submissions.bloc_code,
        submissions.unit_code,
        submissions.period_code,
        submissions.period_start,
        submissions.period_end,
        submissions.basis,
        membership.opening_total,
        membership.closing_total
    from intermediate.int_submissions_current as submissions
    left join intermediate.int_membership_current as membership
        on submissions.submission_id = membership.submission_id
    where submissions.form = 'membership'
)

select
    later.bloc_code,
    later.unit_code,
    'membership' as form,
    later.period_code,
    earlier.period_code as subject,
    later.submission_id,
    array[earlier.submission_id] as other_submission_ids,
    later.opening_total as left_value,
    earlier.closing_total as right_value
from returns as later
inner join returns as earlier
    on later.unit_code = earlier.unit_code
        and later.period_start - 1 = earlier.period_end
where later.basis = 'period'
