with

int_admissions_interval_flows as (

    select * from {{ ref('int_admissions_interval_flows') }}

),

flows_listed as (

    select
        int_admissions_interval_flows.unit_key,
        int_admissions_interval_flows.unit_code,
        int_admissions_interval_flows.bloc_code,
        int_admissions_interval_flows.period_year,
        figures.figure,
        int_admissions_interval_flows.is_cumulative,
        figures.stated,
        not figures.measure = any(int_admissions_interval_flows.not_applicable)
            as is_applicable,
        int_admissions_interval_flows.interval_start,
        int_admissions_interval_flows.interval_end
    from int_admissions_interval_flows
    cross join lateral (
        values
        (
            'members_admitted', 'admitted_total',
            {{ flow_stated('admitted_total') }}
        ),
        (
            'members_admitted_youth', 'admitted_youth',
            {{ flow_stated('admitted_youth') }}
        ),
        (
            'members_admitted_female', 'admitted_female',
            {{ flow_stated('admitted_female') }}
        ),
        (
            'members_admitted_ethnic', 'admitted_ethnic',
            {{ flow_stated('admitted_ethnic') }}
        )
    ) as figures (figure, measure, stated)

),

{{ amounts_of_flows('flows_listed', ['figure']) }},

{# A plan belongs to the bloc whose office allotted it. #}
int_admission_plans_allotted as (

    select * from {{ ref('int_admission_plans_allotted') }}
    where scope = 'unit_year'

),

final as (

    select
        ---------- ids
        unit_key,

        ---------- text
        unit_code as reporting_unit_code,
        unit_code,
        bloc_code,
        'admissions' as form,
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
    from amounts_told
    union all
    select
        planned_unit_key as unit_key,
        unit_code as reporting_unit_code,
        planned_unit_code as unit_code,
        bloc_code,
        'admission_plan' as form,
        'planned_admissions' as figure,
        'all' as subject,
        'all' as conducted_by,
        period_year,
        planned_admissions as amount,
        (planned_admissions is null)::integer as blank_count,
        make_date(from_year, 1, 1) as covers_from,
        make_date(to_year, 12, 31) as covers_until
    from int_admission_plans_allotted

)

select * from final
