{# grain: one row per unit, interval, figure, subject, bodies and source line #}

with

{# read twice, so it is kept meanwhile: of its many columns those that are needed #}
int_inspections_differenced as (

    select
        unit_key,
        unit_code,
        bloc_code,
        period_year,
        body,
        subject,
        kind,
        done,
        interval_start,
        interval_end
    from {{ ref('int_inspections_differenced') }}

),

int_discipline_differenced as (

    select * from {{ ref('int_discipline_differenced') }}

),

ref_inspection_figures as (

    select * from {{ ref('ref_inspection_figures') }}

),

ref_conducting_bodies as (

    select * from {{ ref('ref_conducting_bodies') }}

),

inspection_figures as (

    select
        int_inspections_differenced.unit_key,
        int_inspections_differenced.unit_code,
        int_inspections_differenced.bloc_code,
        int_inspections_differenced.period_year,
        ref_inspection_figures.figure,
        int_inspections_differenced.subject,
        ref_conducting_bodies.conducted_by,
        int_inspections_differenced.done as amount,
        int_inspections_differenced.interval_start as covers_from,
        int_inspections_differenced.interval_end as covers_until
    from int_inspections_differenced
    inner join ref_inspection_figures
        on int_inspections_differenced.kind = ref_inspection_figures.kind
    inner join ref_conducting_bodies
        on int_inspections_differenced.body = ref_conducting_bodies.body

),

inspection_turns as (

    select
        unit_key,
        unit_code,
        bloc_code,
        period_year,
        'inspection_turns' as figure,
        'all' as subject,
        'all' as conducted_by,
        done as amount,
        interval_start as covers_from,
        interval_end as covers_until
    from int_inspections_differenced

),

discipline_figures as (

    select
        unit_key,
        unit_code,
        bloc_code,
        period_year,
        'members_disciplined' as figure,
        'all' as subject,
        'all' as conducted_by,
        discipline_total as amount,
        interval_start as covers_from,
        interval_end as covers_until
    from int_discipline_differenced
    where subject = 'member'

),

figures_united as (

    select * from inspection_figures
    union all
    select * from inspection_turns
    union all
    select * from discipline_figures

),

final as (

    select
        ---------- ids
        unit_key,

        ---------- text
        unit_code as reporting_unit_code,
        unit_code,
        bloc_code,
        'inspections' as form,
        figure,
        subject,
        conducted_by,

        ---------- numerics
        period_year,
        amount,

        ---------- dates
        covers_from,
        covers_until
    from figures_united

)

select * from final
