-- what a channel has to send, oldest first: what decides which messages come as one
select
    deliveries.delivery_id,
    deliveries.event,
    alert_events.severity,
    alerts.kind
from quality.deliveries
inner join quality.alert_events on deliveries.event_id = alert_events.event_id
inner join quality.alerts on deliveries.alert_id = alerts.alert_id
where deliveries.channel = %s
    and deliveries.state in ('pending', 'failed')
    and deliveries.next_attempt_at <= clock_timestamp()
order by deliveries.event_id
