{# The blocs to which a unit in scope belonged until that year, and all related ones. A
   total rests on returns of its own year alone. Kept with its statistics: of a view the
   planner expects more rows, and then reads whole tables for a few. #}
{{ config(materialized = 'incremental', unique_key = []) }}

with

stg_build__scope as (

    select * from {{ ref('stg_build__scope') }}

),

stg_reference__unit_spans as (

    select * from {{ ref('stg_reference__unit_spans') }}

),

int_blocs_related as (

    select * from {{ ref('int_blocs_related') }}

),

final as (

    select
        ---------- text
        int_blocs_related.related_bloc_code as bloc_code,

        ---------- numerics
        stg_build__scope.period_year
    from stg_build__scope
    inner join stg_reference__unit_spans
        on
            stg_build__scope.unit_code = stg_reference__unit_spans.unit_code
            and stg_reference__unit_spans.valid_from
            <= make_date(stg_build__scope.period_year, 12, 31)
    inner join int_blocs_related
        on stg_reference__unit_spans.bloc_code = int_blocs_related.bloc_code
    group by
        int_blocs_related.related_bloc_code,
        stg_build__scope.period_year

)

select * from final
