select
    found.bloc_code,
    found.unit_code,
    found.form,
    found.period_code,
    found.subject,
    found.left_value,
    found.right_value,
    found.message_vi,
    found.message_en,
    count(*) over () as row_count
from ({findings}) as found
order by
    found.bloc_code, found.unit_code, found.form, found.period_code, found.subject
limit 20
