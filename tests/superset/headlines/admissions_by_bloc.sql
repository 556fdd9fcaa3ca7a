with admitted as (
    select bloc_code, sum(admitted_total) as members_admitted
    from marts.fct_admissions
    group by 1
),

planned as (
    select bloc_code, sum(planned_admissions) as admissions_planned
    from marts.fct_admission_plans
    where planned_unit_code is not null
    group by 1
)

select
    bloc_name,
    admissions_planned,
    members_admitted,
    1.0 * members_admitted / admissions_planned as admissions_attained,
    greatest(1.0 * members_admitted / admissions_planned - 1, 0)
        as admissions_in_excess
from admitted
full join planned using (bloc_code)
inner join marts.dim_blocs using (bloc_code)
