-- each unit's name in its last span that began by a day, and whether it is open in a
-- bloc on that day
select distinct on (unit_code)
    unit_code,
    unit_name,
    bloc_code = %(bloc)s and coalesce(valid_to > %(last)s, true) as is_open
from marts.dim_units
where bloc_code = any(%(blocs)s) and valid_from <= %(last)s
order by unit_code asc, valid_from desc
