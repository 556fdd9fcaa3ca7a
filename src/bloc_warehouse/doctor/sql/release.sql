-- the live release
select release_id::double precision as reading
from quality.releases
where state = 'live'
