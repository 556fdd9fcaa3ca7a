-- closes a bloc's period and keeps which version of each of its returns counts now
with closing as (
    insert into quality.period_closings (
        bloc_code, period_code, closed_by, reason, left_open
    )
    values (%(bloc)s, %(period)s, %(by)s, %(reason)s, %(left_open)s)
    returning closing_id, bloc_code, period_code
)

insert into quality.closed_returns (
    closing_id, unit_code, form, period_code, submission_id
)
select
    closing.closing_id,
    submissions.unit_code,
    submissions.form,
    submissions.period_code,
    submissions.submission_id
from closing
inner join raw.submissions
    on closing.period_code = submissions.period_code
        and submissions.state = 'accepted'
where closing.bloc_code
    = quality.bloc_of_return(submissions.unit_code, submissions.period_code)
