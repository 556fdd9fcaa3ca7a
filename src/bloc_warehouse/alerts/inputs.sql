-- What the causes of alerts rest on besides the record.

-- the bloc of a unit on a day: that of the last span begun by then, else of its latest
create or replace function quality.bloc_of_unit(of_unit text, on_day date)
returns text language sql stable
return (
    select spans.bloc_code
    from reference.ref_unit_spans as spans
    where spans.unit_code = of_unit -- noqa: RF03
    order by
        spans.valid_from <= on_day desc nulls last, -- noqa: RF03
        spans.valid_from desc
    limit 1
);

-- what is owed and has not come, as of the day on which due days were last looked at;
-- overdue_level counts the days of reminding that are behind
create view quality.returns_missing as
with dated as (
    select
        missing_returns.*,
        alert_settings.remind_days,
        alert_settings.today - missing_returns.due_on as days_over
    from quality.missing_returns
    cross join quality.alert_settings
),

levelled as (
    select
        *,
        (
            select count(*)
            from unnest(dated.remind_days) as reminders (days_after)
            where reminders.days_after <= dated.days_over
        )::integer as overdue_level
    from dated
)

select
    bloc_code,
    unit_code,
    form,
    period_code,
    violation_id,
    message_vi,
    message_en,
    due_on,
    expected_count,
    form_code,
    title_vi,
    title_en,
    days_over,
    overdue_level,
    coalesce(days_over <= 0, false) as is_ahead,
    case
        when overdue_level >= cardinality(remind_days) then 'critical'
        else 'warning'
    end as severity,
    'return:' || unit_code || ':' || period_code as unit_cause,
    'missing:' || bloc_code || ':' || period_code as bloc_cause
from levelled;
