{# grain: one row per unit, interval and figure; planned: per unit and year #}

with

int_admissions_differenced as (

    select * from {{ ref('int_admissions_differenced') }}

),

int_admission_plans_allotted as (

    select * from {{ ref('int_admission_plans_allotted') }}
    where scope = 'unit_year'

),

int_units_spanned as (

    select * from {{ ref('int_units_spanned') }}

),

flows_listed as (

    select
        int_admissions_differenced.unit_key,
        int_admissions_differenced.unit_code,
        int_admissions_differenced.bloc_code,
        int_admissions_differenced.period_year,
        figures.figure,
        int_admissions_differenced.is_cumulative,
        figures.stated,
        not figures.measure = any(int_admissions_differenced.not_applicable)
            as is_applicable,
        int_admissions_differenced.interval_start,
        int_admissions_differenced.interval_end
    from int_admissions_differenced
    cross join lateral (
        values
        {%- for figure, measure in [
            ('members_admitted', 'admitted_total'),
            ('members_admitted_youth', 'admitted_youth'),
            ('members_admitted_female', 'admitted_female'),
            ('members_admitted_ethnic', 'admitted_ethnic'),
        ] %}
        ('{{ figure }}', '{{ measure }}', {{ flow_stated(measure) }})
        {{- "," if not loop.last }}
        {%- endfor %}
    ) as figures (figure, measure, stated)

),

{{ amounts_of_flows('flows_listed', ['figure']) }},

admission_figures as (

    select
        unit_key,
        unit_code as reporting_unit_code,
        unit_code,
        bloc_code,
        'admissions' as form,
        period_year,
        figure,
        amount,
        blank_count,
        covers_from,
        covers_until
    from amounts_told

),

{# the planned unit's span in the bloc that planned, the last one in those days #}
plans_spanned as (

    select
        int_admission_plans_allotted.*,
        int_units_spanned.unit_key as planned_unit_key,
        row_number() over (
            partition by
                int_admission_plans_allotted.planned_unit_code,
                int_admission_plans_allotted.from_year,
                int_admission_plans_allotted.to_year
            order by
                int_admission_plans_allotted.bloc_code
                = int_units_spanned.bloc_code desc,
                make_date(int_admission_plans_allotted.to_year, 12, 31)
                >= int_units_spanned.valid_from desc,
                int_units_spanned.valid_from desc
        ) as nearness
    from int_admission_plans_allotted
    left join int_units_spanned
        on int_admission_plans_allotted.planned_unit_code = int_units_spanned.unit_code

),

{# a plan belongs to the bloc whose office allotted it #}
plan_figures as (

    select
        planned_unit_key as unit_key,
        unit_code as reporting_unit_code,
        planned_unit_code as unit_code,
        bloc_code,
        'admission_plan' as form,
        period_year,
        'planned_admissions' as figure,
        planned_admissions as amount,
        (planned_admissions is null)::integer as blank_count,
        make_date(from_year, 1, 1) as covers_from,
        make_date(to_year, 12, 31) as covers_until
    from plans_spanned
    where nearness = 1

),

figures_united as (

    select * from admission_figures
    union all
    select * from plan_figures

),

final as (

    select
        ---------- ids
        unit_key,

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
        blank_count,

        ---------- dates
        covers_from,
        covers_until
    from figures_united

)

select * from final
