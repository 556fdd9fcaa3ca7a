with admitted as (
    select unit_key, sum(admitted_total) as members_admitted
    from marts.fct_admissions
    group by 1
),

planned as (
    select planned_unit_key as unit_key, sum(planned_admissions) as admissions_planned
    from marts.fct_admission_plans
    where planned_unit_code is not null
    group by 1
),

units as (
    select
        unit_name,
        dim_blocs.bloc_name,
        sum(admissions_planned) as admissions_planned,
        sum(members_admitted) as members_admitted
    from admitted
    full join planned using (unit_key)
    inner join marts.dim_units using (unit_key)
    inner join marts.dim_blocs on dim_units.bloc_code = dim_blocs.bloc_code
    group by 1, 2
)

select
    *,
    greatest(admissions_planned - coalesce(members_admitted, 0), 0)
        as admissions_missing,
    1.0 * members_admitted / nullif(admissions_planned, 0) as admissions_attained
from units
