select distinct
    submissions.bloc_code,
    submissions.unit_code,
    submissions.form,
    submissions.period_code,
    concat_ws(' ', faults.rule, faults.code, faults.sheet, faults.cell) as subject,
    coalesce(faults.rule, faults.code) || ', ' || rtrim(faults.message_vi, '.')
        as subject_vi,
    coalesce(faults.rule, faults.code) || ', ' || rtrim(faults.message_en, '.')
        as subject_en,
    submissions.submission_id,
    faults.fault_id
from intermediate.int_submissions_current as submissions
inner join raw.submissions as registered
    on submissions.submission_id = registered.submission_id
inner join raw.faults
    on registered.file_id = faults.file_id
        and coalesce(faults.submission_id, registered.submission_id)
        = registered.submission_id
        and faults.replay_id is not distinct from registered.replay_id
where faults.severity = 'warning'
