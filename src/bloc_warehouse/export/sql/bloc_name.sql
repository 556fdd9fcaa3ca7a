-- a bloc's name on a day
select bloc_name
from reference.ref_blocs
where bloc_code = %(bloc)s
order by valid_from <= %(last)s desc, valid_from desc
limit 1
