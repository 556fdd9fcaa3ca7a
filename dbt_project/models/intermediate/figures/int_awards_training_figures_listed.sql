{# grain: one row per unit, days covered, figure, subject and source line #}

with

int_awards_differenced as (

    select * from {{ ref('int_awards_differenced') }}

),

int_training_differenced as (

    select * from {{ ref('int_training_differenced') }}

),

award_figures as (

    select
        unit_key,
        unit_code,
        bloc_code,
        period_year,
        'awards_given' as figure,
        'all' as subject,
        award_count as amount,
        interval_start as covers_from,
        interval_end as covers_until
    from int_awards_differenced

),

{# counted for the years of merit, whenever it was given #}
five_year_award_figures as (

    select
        unit_key,
        unit_code,
        bloc_code,
        period_year,
        'provincial_certificates_for_five_years' as figure,
        subject,
        award_count as amount,
        make_date(merit_from_year, 1, 1) as covers_from,
        make_date(merit_to_year, 12, 31) as covers_until
    from int_awards_differenced
    where
        level = 'province'
        and kind = 'certificate_of_merit'
        and merit_to_year - merit_from_year = 4

),

training_figures as (

    select
        unit_key,
        unit_code,
        bloc_code,
        period_year,
        'people_trained' as figure,
        'all' as subject,
        attendees as amount,
        interval_start as covers_from,
        interval_end as covers_until
    from int_training_differenced

),

theory_figures as (

    select
        unit_key,
        unit_code,
        bloc_code,
        period_year,
        'people_trained_in_theory' as figure,
        'all' as subject,
        attendees as amount,
        interval_start as covers_from,
        interval_end as covers_until
    from int_training_differenced
    where programme = 'political_theory'

),

figures_united as (

    select * from award_figures
    union all
    select * from five_year_award_figures
    union all
    select * from training_figures
    union all
    select * from theory_figures

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
        subject,
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
