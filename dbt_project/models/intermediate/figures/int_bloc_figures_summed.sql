{# grain: one row per bloc, units led alike, year, figure, subject, bodies and days #}

{# What totals and claims add up: some hundred rows a bloc and year, whatever the number
   of its units, so that no total meets single units again. The year is the one that was
   reported for; the days may lie in others. #}
{{ config(
    materialized = 'incremental',
    unique_key = ['bloc_code', 'period_year'],
    indexes = [
        {'columns': ['bloc_code', 'period_year']},
        {'columns': ['bloc_code', 'figure']},
    ],
) }}

with

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

int_figures_listed as (

    select * from {{ ref('int_figures_listed') }}

),

int_units_grouped as (

    select * from {{ ref('int_units_grouped') }}

),

final as (

    select
        ---------- ids
        int_units_grouped.led_unit_key,

        ---------- text
        int_figures_listed.bloc_code,
        int_figures_listed.form,
        int_figures_listed.figure,
        int_figures_listed.subject,
        int_figures_listed.conducted_by,

        ---------- numerics
        int_figures_listed.period_year,
        extract(year from int_figures_listed.covers_until)::integer as covers_year,
        sum(int_figures_listed.amount) as amount,
        sum(int_figures_listed.blank_count) as blank_count,

        ---------- dates
        int_figures_listed.covers_from,
        int_figures_listed.covers_until
    from int_figures_listed
    inner join int_bloc_years_scoped
        on
            int_figures_listed.bloc_code = int_bloc_years_scoped.bloc_code
            and int_figures_listed.period_year = int_bloc_years_scoped.period_year
    left join int_units_grouped
        on int_figures_listed.unit_key = int_units_grouped.unit_key
    group by
        int_units_grouped.led_unit_key,
        int_figures_listed.bloc_code,
        int_figures_listed.form,
        int_figures_listed.figure,
        int_figures_listed.subject,
        int_figures_listed.conducted_by,
        int_figures_listed.period_year,
        int_figures_listed.covers_from,
        int_figures_listed.covers_until

)

select * from final
