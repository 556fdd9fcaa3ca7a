{# grain: one row per unit, interval and figure; planned: per unit and year #}

with

int_admissions_differenced as (

    select * from {{ ref('int_admissions_differenced') }}

),

int_admission_plans_allotted as (

    select * from {{ ref('int_admission_plans_allotted') }}
    where scope = 'unit_year'

),

admission_figures as (

    select
        int_admissions_differenced.unit_code as reporting_unit_code,
        int_admissions_differenced.unit_code,
        int_admissions_differenced.bloc_code,
        'admissions' as form,
        int_admissions_differenced.period_year,
        figures.figure,
        figures.amount,
        int_admissions_differenced.interval_start as covers_from,
        int_admissions_differenced.interval_end as covers_until
    from int_admissions_differenced
    cross join lateral (
        values
        ('members_admitted', int_admissions_differenced.admitted_total),
        ('members_admitted_youth', int_admissions_differenced.admitted_youth),
        ('members_admitted_female', int_admissions_differenced.admitted_female),
        ('members_admitted_ethnic', int_admissions_differenced.admitted_ethnic)
    ) as figures (figure, amount)

),

{# a plan belongs to the bloc whose office allotted it #}
plan_figures as (

    select
        unit_code as reporting_unit_code,
        planned_unit_code as unit_code,
        bloc_code,
        'admission_plan' as form,
        period_year,
        'planned_admissions' as figure,
        planned_admissions as amount,
        make_date(from_year, 1, 1) as covers_from,
        make_date(to_year, 12, 31) as covers_until
    from int_admission_plans_allotted

),

figures_united as (

    select * from admission_figures
    union all
    select * from plan_figures

),

final as (

    select
        ---------- text
        reporting_unit_code,
        unit_code,
        bloc_code,
        form,
        figure,
        'all' as subject,
        'all' as conducted_by,

        ---------- numerics
        period_year,
        amount,

        ---------- dates
        covers_from,
        covers_until
    from figures_united

)

select * from final
