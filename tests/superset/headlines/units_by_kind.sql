select
    dim_unit_kinds.label_vi as unit_kind_vi,
    count(*) as units
from marts.dim_units
inner join marts.dim_unit_kinds on dim_units.unit_kind = dim_unit_kinds.unit_kind
where is_open and valid_to is null and dim_units.unit_kind <> 'bloc_office'
group by dim_units.bloc_code, 1
