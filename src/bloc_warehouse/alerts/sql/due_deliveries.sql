-- some of the messages that a channel has to send, oldest first, locked
select
    deliveries.delivery_id,
    deliveries.delivery_key,
    deliveries.event,
    alert_events.severity,
    alert_events.text_vi,
    alert_events.text_en,
    alert_events.public_vi,
    alert_events.public_en,
    alert_events.occurred_at,
    alerts.alert_id,
    alerts.kind,
    alert_kinds.title_vi,
    alert_kinds.title_en,
    alerts.bloc_code,
    alerts.unit_code,
    alerts.period_code,
    alerts.subject,
    alerts.opened_at,
    (
        select runs.report
        from quality.runs
        where runs.stage = 'audit' and runs.finished_at is not null
        order by runs.run_id desc
        limit 1
    ) as audit_report
from quality.deliveries
inner join quality.alert_events on deliveries.event_id = alert_events.event_id
inner join quality.alerts on deliveries.alert_id = alerts.alert_id
left join quality.alert_kinds on alerts.kind = alert_kinds.kind
where deliveries.delivery_id = any(%s)
    and deliveries.state in ('pending', 'failed')
    and deliveries.next_attempt_at <= clock_timestamp()
order by deliveries.event_id
for update of deliveries skip locked
