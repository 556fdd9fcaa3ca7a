-- units and years of returns that have fallen due since the day of the build before
insert into intermediate.build_scope (unit_code, period_year)
select distinct returns.unit_code, returns.period_year
from intermediate.int_returns_expected as returns
cross join intermediate.int_receipts_dated as today
where (%(built_on)s::date is null or returns.due_on >= %(built_on)s::date)
    and returns.due_on < today.last_received_on
on conflict do nothing
