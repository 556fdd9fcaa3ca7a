-- units and years of returns that have fallen due, or whose period or year has begun,
-- since the day of the build before
insert into intermediate.build_scope (unit_code, period_year)
select distinct
    owed.unit_code,
    owed.period_year
from intermediate.int_returns_expected as owed
inner join reference.ref_periods as periods
    on owed.period_code = periods.period_code
cross join intermediate.int_receipts_dated as receipts
cross join
    lateral (
        values
        (owed.due_on + 1), (periods.period_start),
        (make_date(owed.period_year, 1, 1))
    ) as turns (turned_on)
where turns.turned_on <= receipts.last_received_on
    and (%(built_on)s::date is null or turns.turned_on > %(built_on)s::date)
on conflict do nothing
