with sums as (
    select
        (select sum(admitted_total) from marts.fct_admissions) as admitted,
    (
        select sum(planned_admissions) from marts.fct_admission_plans
        where planned_unit_code is not null
    ) as planned
)

select 1.0 * admitted / planned as admissions_attained from sums
