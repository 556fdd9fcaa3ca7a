-- events without a channel so far
select
    alert_events.event_id,
    alert_events.alert_id,
    alert_events.event,
    alert_events.severity,
    alerts.kind,
    alerts.bloc_code,
    alerts.subject
from quality.alert_events
inner join quality.alerts on alert_events.alert_id = alerts.alert_id
where alert_events.routed_at is null
order by alert_events.event_id
for update of alert_events skip locked
