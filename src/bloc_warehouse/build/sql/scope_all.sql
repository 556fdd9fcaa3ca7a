-- every unit and year: those that lists know, and whatever else was received
insert into intermediate.build_scope (unit_code, period_year)
with periods as (select distinct period_year from reference.ref_periods)

select
    units.unit_code,
    periods.period_year
from (select distinct unit_code from reference.ref_unit_spans) as units
cross join periods
union
select
    unit_code,
    period_year
from raw.submissions
where unit_code is not null and period_year is not null
