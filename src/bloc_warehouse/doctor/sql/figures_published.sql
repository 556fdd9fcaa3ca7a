-- of when each bloc's figures are
select
    bloc_code as bloc,
    extract(epoch from published_at)::double precision as reading
from monitoring.freshness
where published_at is not null
order by bloc_code
