-- Opens, updates and closes alerts so that they show what is wrong now; alerts that are
-- open already stay. Returns what changed, and which changes are news; the rest change
-- silently.
with wanted as (
    select * from quality.alerts_wanted
),

before as (
    select
        alert_id,
        cause,
        severity,
        item_keys,
        level
    from quality.alerts
    where closed_at is null
),

opened as (
    insert into quality.alerts (
        cause, kind, severity, bloc_code, unit_code, period_code, subject, text_vi,
        text_en, public_vi, public_en, item_keys, level
    )
    select wanted.*
    from wanted
    where wanted.cause not in (select before.cause from before)
    order by wanted.cause
    returning alerts.alert_id
),

changed as (
    update quality.alerts set
        kind = wanted.kind,
        severity = wanted.severity,
        bloc_code = wanted.bloc_code,
        unit_code = wanted.unit_code,
        period_code = wanted.period_code,
        subject = wanted.subject,
        text_vi = wanted.text_vi,
        text_en = wanted.text_en,
        public_vi = wanted.public_vi,
        public_en = wanted.public_en,
        item_keys = wanted.item_keys,
        level = wanted.overdue_level,
        changed_at = clock_timestamp()
    from wanted
    where alerts.cause = wanted.cause
        and alerts.closed_at is null
        and (
            alerts.kind, alerts.severity, alerts.bloc_code, alerts.text_vi,
            alerts.public_vi, alerts.item_keys, alerts.level
        ) is distinct from (
            wanted.kind, wanted.severity, wanted.bloc_code, wanted.text_vi,
            wanted.public_vi, wanted.item_keys, wanted.overdue_level
        )
    returning alerts.alert_id, alerts.severity, alerts.item_keys, alerts.level
),

closed as (
    update quality.alerts set closed_at = clock_timestamp()
    where closed_at is null
        and not exists (
            select 1
            from wanted
            where wanted.cause = alerts.cause
        )
    returning alert_id, cause
),

-- alerts of units that are part of their bloc's alert now are closed silently
told_of_blocs as (
    select unit_cause
    from quality.alert_missing_returns
    where is_told_of_bloc
)

select
    alert_id,
    'opened' as outcome,
    'opened' as news
from opened
union all
select
    changed.alert_id,
    'changed' as outcome,
    case
        when changed.level > before.level then 'overdue'
        when not changed.item_keys <@ before.item_keys
            or array_position(array['info', 'warning', 'critical'], changed.severity)
            > array_position(array['info', 'warning', 'critical'], before.severity)
            then 'worsened'
    end as news
from changed
inner join before on changed.alert_id = before.alert_id
union all
select
    closed.alert_id,
    'closed' as outcome,
    case
        when closed.cause not in (
                select told_of_blocs.unit_cause
                from told_of_blocs
                where told_of_blocs.unit_cause is not null
            ) then 'closed'
    end as news
from closed
