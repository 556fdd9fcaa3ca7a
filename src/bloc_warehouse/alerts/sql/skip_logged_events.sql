-- alerts that opened and closed while only hosts without routes ran: their logs have it
update quality.alert_events set routed_at = clock_timestamp()
from quality.alerts
where alert_events.alert_id = alerts.alert_id
    and alert_events.routed_at is null
    and alerts.closed_at is not null
    and exists (
        select 1
        from quality.deliveries
        where deliveries.event_id = alert_events.event_id
    )
    and not exists (
        select 1
        from quality.deliveries
        where deliveries.alert_id = alert_events.alert_id
            and deliveries.channel <> %(channel)s
    )
