-- on a host without routes: unsent events go to its log, once, and remain to be routed
-- by a host that has routes
insert into quality.deliveries (event_id, alert_id, event, channel)
select
    alert_events.event_id,
    alert_events.alert_id,
    alert_events.event,
    %(channel)s as channel
from quality.alert_events
where alert_events.routed_at is null
    and not exists (
        select 1
        from quality.deliveries
        where deliveries.event_id = alert_events.event_id
            and deliveries.channel = %(channel)s
    )
order by alert_events.event_id
on conflict do nothing
