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

int_figures_unpivoted as (

    select * from {{ ref('int_figures_unpivoted') }}

),

{# one row a unit #}
units_grouped as (

    select
        unit_key,
        led_unit_key
    from {{ ref('int_units_mapped_to_blocs') }}
    where lineage_view = 'historical'

),

final as (

    select
        ---------- ids
        units_grouped.led_unit_key,

        ---------- text
        int_figures_unpivoted.bloc_code,
        int_figures_unpivoted.form,
        int_figures_unpivoted.figure,
        int_figures_unpivoted.subject,
        int_figures_unpivoted.conducted_by,

        ---------- numerics
        int_figures_unpivoted.period_year,
        extract(year from int_figures_unpivoted.covers_until)::integer as covers_year,
        sum(int_figures_unpivoted.amount) as amount,
        sum(int_figures_unpivoted.blank_count) as blank_count,

        ---------- dates
        int_figures_unpivoted.covers_from,
        int_figures_unpivoted.covers_until
    from int_figures_unpivoted
    inner join int_bloc_years_scoped
        on
            int_figures_unpivoted.bloc_code = int_bloc_years_scoped.bloc_code
            and int_figures_unpivoted.period_year = int_bloc_years_scoped.period_year
    left join units_grouped
        on int_figures_unpivoted.unit_key = units_grouped.unit_key
    group by
        units_grouped.led_unit_key,
        int_figures_unpivoted.bloc_code,
        int_figures_unpivoted.form,
        int_figures_unpivoted.figure,
        int_figures_unpivoted.subject,
        int_figures_unpivoted.conducted_by,
        int_figures_unpivoted.period_year,
        int_figures_unpivoted.covers_from,
        int_figures_unpivoted.covers_until

)

select * from final
