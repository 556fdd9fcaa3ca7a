{# What totals are made of: sum the amounts whose days lie inside a period. A stock
   covers the one day on which it stood, a flow its interval, a plan or an award its
   years. Blanks are counted in the same way: where a later return says what one left
   out, it has them with a minus. #}
{{ config(
    materialized = 'incremental',
    unique_key = ['reporting_unit_code', 'period_year'],
    indexes = [
        {'columns': ['bloc_code', 'period_year']},
        {'columns': ['reporting_unit_code', 'period_year']},
    ],
) }}

with

figures_united as (

    select * from {{ ref('int_stocks_unpivoted') }}
    union all
    select * from {{ ref('int_admissions_unpivoted') }}
    union all
    select * from {{ ref('int_inspections_unpivoted') }}
    union all
    select * from {{ ref('int_awards_training_unpivoted') }}

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
        subject,
        conducted_by,

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
