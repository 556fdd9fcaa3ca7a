-- what the cross-check of this very build held or set free
insert into intermediate.build_scope (unit_code, period_year)
select distinct
    unit_code,
    period_year
from raw.changes
where change_id > %(since)s and cause = 'hold'
on conflict do nothing
