-- what came in and has not reached readers
select
    item,
    item_count::double precision as reading
from quality.waiting_work
order by item
