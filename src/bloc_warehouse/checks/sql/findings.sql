-- a rule's rows as findings: its own figures, and its words filled in
select
    found.fields ->> 'bloc_code' as bloc_code,
    found.fields ->> 'unit_code' as unit_code,
    found.fields ->> 'form' as form,
    found.fields ->> 'period_code' as period_code,
    coalesce(found.fields ->> 'subject', '') as subject,
    (found.fields ->> 'submission_id')::bigint as submission_id,
    array(
        select distinct concerned.submission_id
        from (
            select (found.fields ->> 'submission_id')::bigint
            union all
            select listed.other_id::bigint
            from
                jsonb_array_elements_text(
                    nullif(found.fields -> 'other_submission_ids', 'null')
                ) as listed (other_id)
        ) as concerned (submission_id)
        where concerned.submission_id is not null
        order by concerned.submission_id
    ) as concerned_submission_ids,
    (found.fields ->> 'fault_id')::bigint as fault_id,
    (found.fields ->> 'left_value')::numeric as left_value,
    (found.fields ->> 'right_value')::numeric as right_value,
    quality.filled(
        {message_vi},
        found.fields,
        coalesce(found.fields ->> 'subject_vi', indicators.label_vi),
        titles.title_vi,
        quality.number_vi((found.fields ->> 'left_value')::numeric),
        quality.number_vi((found.fields ->> 'right_value')::numeric)
    ) as message_vi,
    quality.filled(
        {message_en},
        found.fields,
        coalesce(found.fields ->> 'subject_en', indicators.label_en),
        titles.title_en,
        quality.number_en((found.fields ->> 'left_value')::numeric),
        quality.number_en((found.fields ->> 'right_value')::numeric)
    ) as message_en
from ({query}) as rule_rows -- noqa: ST11
cross join lateral (select to_jsonb(rule_rows)) as found (fields) -- noqa: ST05
left join (values {titles}) as titles (form, title_vi, title_en)
    on found.fields ->> 'form' = titles.form
left join (values {indicators}) as indicators (indicator, label_vi, label_en)
    on found.fields ->> 'form' = 'bloc_summary'
        and found.fields ->> 'subject' = indicators.indicator
where {only}
