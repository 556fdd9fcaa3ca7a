-- accepted returns that a bloc's readers do not see yet
select
    bloc_code as bloc,
    returns_waiting::double precision as reading
from monitoring.freshness
order by bloc_code
