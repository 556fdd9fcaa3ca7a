with

flows_listed as (

    select
        unit_key,
        unit_code,
        bloc_code,
        period_year,
        'awards' as table_name,
        level as award_level,
        kind,
        subject,
        merit_from_year,
        merit_to_year,
        null as programme,
        is_cumulative,
        {{ flow_stated('award_count') }} as stated,
        not 'award_count' = any(not_applicable) as is_applicable,
        interval_start,
        interval_end
    from {{ ref('int_awards_interval_flows') }}
    union all
    select
        unit_key,
        unit_code,
        bloc_code,
        period_year,
        'training' as table_name,
        null as award_level,
        null as kind,
        'all' as subject,
        null as merit_from_year,
        null as merit_to_year,
        programme,
        is_cumulative,
        {{ flow_stated('attendees') }} as stated,
        not 'attendees' = any(not_applicable) as is_applicable,
        interval_start,
        interval_end
    from {{ ref('int_training_interval_flows') }}

),

{{ amounts_of_flows('flows_listed', [
    'table_name', 'award_level', 'kind', 'subject', 'merit_from_year', 'merit_to_year',
    'programme',
]) }},

{# some also count by kind: awards for years of merit, whenever given #}
figures_united as (

    select
        *,
        case table_name when 'awards' then 'awards_given' else 'people_trained' end
            as figure,
        'all' as figure_subject,
        covers_from as figure_from,
        covers_until as figure_until
    from amounts_told
    union all
    select
        *,
        'provincial_certificates_for_five_years' as figure,
        subject as figure_subject,
        make_date(merit_from_year, 1, 1) as figure_from,
        make_date(merit_to_year, 12, 31) as figure_until
    from amounts_told
    where
        award_level = 'province'
        and kind = 'certificate_of_merit'
        and merit_to_year - merit_from_year = 4
    union all
    select
        *,
        'people_trained_in_theory' as figure,
        'all' as figure_subject,
        covers_from as figure_from,
        covers_until as figure_until
    from amounts_told
    where programme = 'political_theory'

),

final as (

    select
        ---------- ids
        unit_key,

        ---------- text
        unit_code as reporting_unit_code,
        unit_code,
        bloc_code,
        'awards_training' as form,
        figure,
        figure_subject as subject,
        'all' as conducted_by,

        ---------- numerics
        period_year,
        amount,
        blank_count,

        ---------- dates
        figure_from as covers_from,
        figure_until as covers_until
    from figures_united

)

select * from final
