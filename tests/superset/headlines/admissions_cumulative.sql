with records as (
    select date_trunc('month', interval_end)::date as interval_end, admitted_total, null as planned
    from marts.fct_admissions
    union all
    select make_date(to_year, 12, 1), null, planned_admissions
    from marts.fct_admission_plans
    where planned_unit_code is not null
)

select interval_end, sum(admitted_total) as members_admitted from records group by 1;

with records as (
    select date_trunc('month', interval_end)::date as interval_end, admitted_total, null as planned
    from marts.fct_admissions
    union all
    select make_date(to_year, 12, 1), null, planned_admissions
    from marts.fct_admission_plans
    where planned_unit_code is not null
)

select interval_end, sum(planned) as admissions_planned from records group by 1
