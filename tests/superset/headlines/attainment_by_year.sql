with admitted as (
    select bloc_code, period_year, sum(admitted_total) as admitted
    from marts.fct_admissions
    group by 1, 2
),

planned as (
    select bloc_code, to_year as period_year, sum(planned_admissions) as planned
    from marts.fct_admission_plans
    where planned_unit_code is not null
    group by 1, 2
)

select
    bloc_name,
    period_year,
    1.0 * admitted / planned as admissions_attained
from admitted
full join planned using (bloc_code, period_year)
inner join marts.dim_blocs using (bloc_code)
