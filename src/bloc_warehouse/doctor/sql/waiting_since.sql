-- since when it waits
select
    item,
    extract(epoch from since)::double precision as reading
from quality.waiting_work
where since is not null
order by item
