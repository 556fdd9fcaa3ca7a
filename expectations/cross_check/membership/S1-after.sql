select
    submissions.bloc_code,
    submissions.unit_code,
    submissions.form,
    submissions.period_code,
    events.successor_code as subject,
    submissions.submission_id
from intermediate.int_submissions_current as submissions
inner join reference.ref_unit_events as events
    on submissions.unit_code = events.unit_code
        and events.status = 'effective'
        and events.event_type = 'merge_into'
        and submissions.period_start >= events.effective_date
where submissions.form <> 'inspections'
