-- since when readers see it
select extract(epoch from published_at)::double precision as reading
from quality.releases
where state = 'live'
