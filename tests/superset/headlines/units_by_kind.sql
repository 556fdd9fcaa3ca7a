select
    dim_unit_kinds.label_vi as unit_kind_vi,
    count(*) as units
from marts.dim_units
inner join marts.dim_unit_kinds on dim_units.unit_kind = dim_unit_kinds.unit_kind
left join marts.fct_membership_stocks as stocks
    on dim_units.unit_code = stocks.reporting_unit_code and stocks.is_current
where
    dim_units.is_open
    and dim_units.valid_to is null
    and dim_units.unit_kind <> 'bloc_office'
-- a unit stands with the bloc that its members were last counted in
group by coalesce(stocks.bloc_code, dim_units.bloc_code), 1
