-- Kind channel_down: a message was given up, and nothing has arrived by its channel
-- since.

create view quality.alert_cause_broken_channels as
select
    'channel:' || deliveries.channel as cause,
    'channel_down' as kind,
    'warning' as severity,
    null::text as bloc_code,
    null::text as unit_code,
    null::text as period_code,
    deliveries.channel as subject,
    'channel' as item_key,
    deliveries.channel as item_name,
    count(*) filter (where deliveries.state = 'given_up') || ' tin không gửi được: '
    || max(deliveries.error) filter (where deliveries.state = 'given_up') as line_vi,
    'messages given up: ' || count(*) filter (where deliveries.state = 'given_up')
    || '. ' || max(deliveries.error) filter (where deliveries.state = 'given_up')
        as line_en,
    0 as overdue_level,
    false as is_confidential
from quality.deliveries
cross join quality.alert_settings
-- null: nobody can say which channels there are
where alert_settings.channels is null
    or deliveries.channel = any(alert_settings.channels)
group by deliveries.channel
having max(deliveries.attempted_at) filter (where deliveries.state = 'given_up')
    > coalesce(max(deliveries.sent_at), '-infinity');
