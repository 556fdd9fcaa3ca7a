{{ config(materialized = 'table', indexes = [{'columns': ['unit_key']}]) }}

with

int_unit_validity_periods as (

    select * from {{ ref('int_unit_validity_periods') }}

),

int_unit_lineage as (

    select * from {{ ref('int_unit_lineage') }}

),

final as (

    select
        ---------- ids
        unit_key,

        ---------- text
        'historical' as lineage_view,
        bloc_code,

        ---------- numerics
        1::numeric as weight
    from int_unit_validity_periods
    union all
    select
        unit_key,
        'current' as lineage_view,
        today_bloc_code as bloc_code,
        sum(weight) as weight
    from int_unit_lineage
    group by
        unit_key,
        today_bloc_code

)

select * from final
