with sums as (
    select
    (select sum(admitted_total) from marts.fct_admissions) as admitted,
    (
        select sum(planned_admissions) from marts.fct_admission_plans
        where planned_unit_code is not null
    ) as planned
)

select greatest(planned - admitted, 0) as admissions_missing from sums
