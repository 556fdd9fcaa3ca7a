-- Kinds return_due and return_missing: what is owed and has not come.
--
-- Units that are only missing stand together, as their bloc's, where they are many or
-- were reminded together before the due day; until the last of them has come.

create view quality.alert_missing_returns as
with other_causes as (
    select cause from quality.alert_unanswered_files
    union all
    select cause from quality.alert_findings
),

crowds as (
    select returns_missing.bloc_cause
    from quality.returns_missing
    cross join quality.alert_settings
    where not exists (
            select 1
            from other_causes
            where other_causes.cause = returns_missing.unit_cause
        )
    group by returns_missing.bloc_cause, alert_settings.most_units
    having count(distinct returns_missing.unit_code) > alert_settings.most_units
        or bool_or(returns_missing.is_ahead)
        or bool_or(exists (
            select 1
            from quality.alerts
            where alerts.cause = returns_missing.bloc_cause
                and alerts.closed_at is null
        ))
)

select
    returns_missing.*, -- noqa: AM04
    crowds.bloc_cause is not null and (
        returns_missing.is_ahead
        or not exists (
            select 1
            from other_causes
            where other_causes.cause = returns_missing.unit_cause
        )
    ) as is_told_of_bloc
from quality.returns_missing
left join crowds on returns_missing.bloc_cause = crowds.bloc_cause;

-- one item a form
create view quality.alert_cause_missing_of_blocs as
select
    bloc_cause as cause,
    case when bool_and(is_ahead) then 'return_due' else 'return_missing' end as kind,
    case
        when bool_and(is_ahead) then 'info'
        when bool_or(severity = 'critical') then 'critical'
        else 'warning'
    end as severity,
    bloc_code,
    null::text as unit_code,
    period_code,
    concat_ws(' ', bloc_code, period_code) as subject,
    'missing:' || form as item_key,
    'N1 ' || coalesce(min(form_code), form) as item_name,
    min(title_vi) || ', hạn ' || to_char(min(due_on), 'DD/MM/YYYY')
    || case when max(days_over) > 0 then ', quá ' || max(days_over) || ' ngày'
        else ''
    end
    || ': thiếu ' || count(distinct unit_code)
    || coalesce('/' || max(expected_count), '') || ' đơn vị: '
    || array_to_string(
        (array_agg(distinct unit_code order by unit_code))[:15], ', '
    )
    || case when count(distinct unit_code) > 15 then ', …' else '' end as line_vi,
    min(title_en) || ', due ' || to_char(min(due_on), 'YYYY-MM-DD')
    || case when max(days_over) > 0 then ', days since then: ' || max(days_over)
        else ''
    end
    || ': units missing: ' || count(distinct unit_code)
    || coalesce(' of ' || max(expected_count), '') as line_en,
    max(overdue_level) as overdue_level,
    false as is_confidential
from quality.alert_missing_returns
where is_told_of_bloc
group by bloc_cause, bloc_code, period_code, form;

create view quality.alert_cause_missing_of_units as
select
    unit_cause as cause,
    'return_missing' as kind,
    severity,
    bloc_code,
    unit_code,
    period_code,
    concat_ws(' ', unit_code, period_code) as subject,
    'missing:' || form as item_key,
    concat_ws(' ', 'V-' || violation_id, 'N1') as item_name,
    coalesce(message_vi, 'Quá hạn mà chưa có báo cáo hợp lệ: ' || title_vi)
    || coalesce(
        '. Hạn ' || to_char(due_on, 'DD/MM/YYYY') || ', quá ' || days_over || ' ngày',
        ''
    ) as line_vi,
    coalesce(message_en, 'Overdue, and no valid return: ' || title_en)
    || coalesce(
        '. Due ' || to_char(due_on, 'YYYY-MM-DD') || ', days since then: ' || days_over,
        ''
    ) as line_en,
    overdue_level,
    false as is_confidential
from quality.alert_missing_returns
where not is_told_of_bloc and not is_ahead;
