with recorded as (
    insert into quality.findings (
        run_id, rule, severity, bloc_code, unit_code, form, period_code, subject,
        submission_id, concerned_submission_ids, fault_id, left_value, right_value,
        message_vi, message_en, cure_vi, cure_en
    )
    select
        {run_id},
        {rule},
        {severity},
        found.bloc_code,
        found.unit_code,
        found.form,
        found.period_code,
        found.subject,
        found.submission_id,
        found.concerned_submission_ids,
        found.fault_id,
        found.left_value,
        found.right_value,
        found.message_vi,
        found.message_en,
        {remedy_vi},
        {remedy_en}
    from ({findings}) as found
    returning
        bloc_code, unit_code, form, period_code, subject, left_value, right_value,
        message_vi, message_en
)

select
    *,
    count(*) over () as row_count
from recorded
order by bloc_code, unit_code, form, period_code, subject
limit 20
