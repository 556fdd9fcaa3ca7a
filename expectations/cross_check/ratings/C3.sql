select
    submissions.bloc_code,
    submissions.unit_code,
    'ratings' as form,
    submissions.period_code,
    submissions.submission_id,
    array[membership_returns.submission_id] as other_submission_ids,
    ratings.total_subject as left_value,
    membership.closing_total as right_value
from intermediate.int_submissions_current as submissions
inner join intermediate.int_submissions_current as membership_returns
    on submissions.unit_code = membership_returns.unit_code
        and submissions.period_code = membership_returns.period_code
        and membership_returns.form = 'membership'
left join intermediate.int_ratings_current as ratings
    on submissions.submission_id = ratings.submission_id
        and ratings.subject = 'member'
left join intermediate.int_membership_current as membership
    on membership_returns.submission_id = membership.submission_id
where submissions.form = 'ratings'
