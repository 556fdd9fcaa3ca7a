select count(*) as units
from marts.dim_units where is_open and valid_to is null and unit_kind <> 'bloc_office'
