-- units and years of which anything changed after one position, up to another
insert into intermediate.build_scope (unit_code, period_year)
select distinct
    unit_code,
    period_year
from raw.changes
where change_id > %(since)s and change_id <= %(until)s
on conflict do nothing
