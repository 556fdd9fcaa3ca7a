{# A plan belongs to the bloc whose office allotted it. #}
with

int_admission_plans_allotted as (

    select * from {{ ref('int_admission_plans_allotted') }}
    where scope = 'unit_year'

),

int_unit_validity_periods as (

    select * from {{ ref('int_unit_validity_periods') }}

),

{# the planned unit's span in the bloc that planned, the last one in those days #}
plans_spanned as (

    select
        int_admission_plans_allotted.*,
        int_unit_validity_periods.unit_key as planned_unit_key,
        row_number() over (
            partition by
                int_admission_plans_allotted.planned_unit_code,
                int_admission_plans_allotted.from_year,
                int_admission_plans_allotted.to_year
            order by
                int_admission_plans_allotted.bloc_code
                = int_unit_validity_periods.bloc_code desc,
                make_date(int_admission_plans_allotted.to_year, 12, 31)
                >= int_unit_validity_periods.valid_from desc,
                int_unit_validity_periods.valid_from desc
        ) as nearness
    from int_admission_plans_allotted
    left join int_unit_validity_periods
        on int_admission_plans_allotted.planned_unit_code
            = int_unit_validity_periods.unit_code

),

final as (

    select
        ---------- ids
        planned_unit_key as unit_key,

        ---------- text
        unit_code as reporting_unit_code,
        planned_unit_code as unit_code,
        bloc_code,
        'admission_plan' as form,
        'planned_admissions' as figure,
        'all' as subject,
        'all' as conducted_by,

        ---------- numerics
        period_year,
        planned_admissions as amount,
        (planned_admissions is null)::integer as blank_count,

        ---------- dates
        make_date(from_year, 1, 1) as covers_from,
        make_date(to_year, 12, 31) as covers_until
    from plans_spanned
    where nearness = 1

)

select * from final
