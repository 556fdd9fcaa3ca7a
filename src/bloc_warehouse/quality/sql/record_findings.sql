insert into quality.findings (
    run_id, rule, severity, bloc_code, unit_code, form, period_code, subject,
    submission_id, left_value, right_value, message_vi, message_en
)
select
    {run_id},
    {rule},
    {severity},
    found.fields ->> 'bloc_code',
    found.fields ->> 'unit_code',
    found.fields ->> 'form',
    found.fields ->> 'period_code',
    coalesce(found.fields ->> 'subject', ''),
    (found.fields ->> 'submission_id')::bigint,
    (found.fields ->> 'left_value')::numeric,
    (found.fields ->> 'right_value')::numeric,
    quality.filled(
        {message_vi},
        found.fields,
        coalesce(found.fields ->> 'subject_vi', indicators.label_vi),
        titles.title_vi,
        quality.number_vi((found.fields ->> 'left_value')::numeric),
        quality.number_vi((found.fields ->> 'right_value')::numeric)
    ),
    quality.filled(
        {message_en},
        found.fields,
        coalesce(found.fields ->> 'subject_en', indicators.label_en),
        titles.title_en,
        quality.number_en((found.fields ->> 'left_value')::numeric),
        quality.number_en((found.fields ->> 'right_value')::numeric)
    )
from ({query}) as rule_rows
cross join lateral (select to_jsonb(rule_rows)) as found (fields)
left join (values {titles}) as titles (form, title_vi, title_en)
    on found.fields ->> 'form' = titles.form
left join (values {indicators}) as indicators (indicator, label_vi, label_en)
    on found.fields ->> 'form' = 'bloc_summary'
        and found.fields ->> 'subject' = indicators.indicator
