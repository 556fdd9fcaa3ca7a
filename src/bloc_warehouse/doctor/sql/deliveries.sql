-- messages that wait for a channel or were given up
select
    channel,
    state,
    count(*)::double precision as reading
from quality.deliveries
where state <> 'sent'
group by channel, state
order by channel, state
