insert into quality.findings (
    run_id, rule, severity, bloc_code, unit_code, form, period_code, subject,
    submission_id, concerned_submission_ids, fault_id, left_value, right_value,
    message_vi, message_en, cure_vi, cure_en
)
select
    {run_id}, {rule}, {severity}, bloc_code, unit_code, form, period_code, subject,
    submission_id, concerned_submission_ids, fault_id, left_value, right_value,
    message_vi, message_en, {cure_vi}, {cure_en}
from ({findings}) as found
