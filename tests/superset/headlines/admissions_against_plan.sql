with admitted as (
    select period_year, sum(admitted_total) as members_admitted
    from marts.fct_admissions
    group by 1
),

planned as (
    select to_year as period_year, sum(planned_admissions) as admissions_planned
    from marts.fct_admission_plans
    where planned_unit_code is not null
    group by 1
)

select period_year, members_admitted, admissions_planned
from admitted
full join planned using (period_year)
