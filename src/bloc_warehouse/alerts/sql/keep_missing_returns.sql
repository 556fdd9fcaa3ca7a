-- Updates quality.missing_returns, writing only what has changed.
merge into quality.missing_returns as known
using pg_temp.current_missing_returns as found
    on known.unit_code = found.unit_code
        and known.bloc_code is not distinct from found.bloc_code
        and known.form is not distinct from found.form
        and known.period_code is not distinct from found.period_code
when matched and (
    known.violation_id, known.message_vi, known.message_en, known.due_on,
    known.expected_count, known.form_code, known.title_vi, known.title_en
) is distinct from (
    found.violation_id, found.message_vi, found.message_en, found.due_on,
    found.expected_count, found.form_code, found.title_vi, found.title_en
) then
    update set
        violation_id = found.violation_id,
        message_vi = found.message_vi,
        message_en = found.message_en,
        due_on = found.due_on,
        expected_count = found.expected_count,
        form_code = found.form_code,
        title_vi = found.title_vi,
        title_en = found.title_en
when not matched then
    insert (
        bloc_code, unit_code, form, period_code, violation_id, message_vi, message_en,
        due_on, expected_count, form_code, title_vi, title_en
    )
    values (
        found.bloc_code, found.unit_code, found.form, found.period_code,
        found.violation_id, found.message_vi, found.message_en, found.due_on,
        found.expected_count, found.form_code, found.title_vi, found.title_en
    )
when not matched by source then
    delete
