-- Writes the events of the alerts that have just changed.
with changes as (
    select
        alerts.alert_id,
        alerts.severity,
        alerts.text_vi,
        alerts.text_en,
        alerts.public_vi,
        alerts.public_en,
        changed.news,
        alerts.closed_at is not null as is_closed
    from unnest(%(alert_ids)s::bigint[], %(news)s::text[]) as changed (alert_id, news)
    inner join quality.alerts on changed.alert_id = alerts.alert_id
),

-- an unsent event is sent as it is now: one message, not a new and a worse one
amended as (
    update quality.alert_events set
        severity = changes.severity,
        text_vi = changes.text_vi,
        text_en = changes.text_en,
        public_vi = changes.public_vi,
        public_en = changes.public_en
    from changes
    where alert_events.alert_id = changes.alert_id
        and alert_events.routed_at is null
        and coalesce(changes.news, 'worsened') = 'worsened'
        and not changes.is_closed
    returning alert_events.alert_id
),

-- and an alert that was over before it was sent is not sent at all
dropped as (
    update quality.alert_events set routed_at = clock_timestamp()
    from changes
    where alert_events.alert_id = changes.alert_id
        and alert_events.routed_at is null
        and changes.is_closed
),

-- a closed alert's lines show what it was
worded as (
    select
        changes.alert_id,
        changes.news,
        changes.severity,
        case when changes.is_closed then e'\nTrước đó:\n' else e'\n' end as break_vi,
        case when changes.is_closed then e'\nIt was:\n' else e'\n' end as break_en,
        changes.text_vi,
        changes.text_en,
        changes.public_vi,
        changes.public_en
    from changes
    where changes.news is not null
        and changes.alert_id not in (select amended.alert_id from amended)
)

insert into quality.alert_events (
    alert_id, event, severity, text_vi, text_en, public_vi, public_en
)
select
    alert_id,
    news,
    severity,
    regexp_replace(text_vi, e'\n', break_vi) as text_vi,
    regexp_replace(text_en, e'\n', break_en) as text_en,
    regexp_replace(public_vi, e'\n', break_vi) as public_vi,
    regexp_replace(public_en, e'\n', break_en) as public_en
from worded
order by alert_id
