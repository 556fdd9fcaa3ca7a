with

ref_inspection_figures as (

    select * from {{ ref('ref_inspection_figures') }}

),

ref_conducting_bodies as (

    select * from {{ ref('ref_conducting_bodies') }}

),

flows_listed as (

    select
        unit_key,
        unit_code,
        bloc_code,
        period_year,
        body,
        subject,
        kind,
        is_cumulative,
        {{ flow_stated('done') }} as stated,
        not 'done' = any(not_applicable) as is_applicable,
        interval_start,
        interval_end
    from {{ ref('int_inspections_interval_flows') }}
    union all
    select
        unit_key,
        unit_code,
        bloc_code,
        period_year,
        body,
        subject,
        null as kind,
        is_cumulative,
        {{ flow_stated('discipline_total') }} as stated,
        not 'discipline_total' = any(not_applicable) as is_applicable,
        interval_start,
        interval_end
    from {{ ref('int_discipline_confidential') }}
    where
        subject = 'member'
        and {{ is_in_scope(['unit_code', 'period_year']) }}

),

{{ amounts_of_flows('flows_listed', ['body', 'subject', 'kind']) }},

{# each counts once in all, and once more for its kind and the bodies that did it;
   what the dozen lines of a return add to one figure is one row #}
figures_united as (

    select
        *,
        case when kind is null then 'members_disciplined' else 'inspection_turns' end
            as figure,
        'all' as figure_subject,
        'all' as conducted_by
    from amounts_told
    union all
    select
        amounts_told.*,
        ref_inspection_figures.figure,
        amounts_told.subject as figure_subject,
        ref_conducting_bodies.conducted_by
    from amounts_told
    inner join ref_inspection_figures
        on amounts_told.kind = ref_inspection_figures.kind
    inner join ref_conducting_bodies
        on amounts_told.body = ref_conducting_bodies.body

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
        figure_subject as subject,
        conducted_by,

        ---------- numerics
        period_year,
        sum(amount)::bigint as amount,
        sum(blank_count)::bigint as blank_count,

        ---------- dates
        covers_from,
        covers_until
    from figures_united
    group by
        unit_key,
        unit_code,
        bloc_code,
        figure,
        figure_subject,
        conducted_by,
        period_year,
        covers_from,
        covers_until

)

select * from final
