{# Most units of a bloc go on in the same bloc: led_unit_key is one that stands for all
   that are counted in the same blocs with the same weights. Figures are added up over
   these before they are shared out. #}
{{ config(
    materialized = 'incremental',
    unique_key = [],
    tags = ['lists'],
    indexes = [{'columns': ['unit_key']}],
) }}

with

stg_reference__unit_spans as (

    select * from {{ ref('stg_reference__unit_spans') }}

),

int_unit_lineage as (

    select * from {{ ref('int_unit_lineage') }}

),

ways_united as (

    select
        unit_key,
        'historical' as lineage_view,
        bloc_code,
        1::numeric as weight
    from stg_reference__unit_spans
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

),

ways_listed as (

    select
        unit_key,
        string_agg(
            lineage_view || ' ' || bloc_code || ' ' || weight, ', '
            order by lineage_view, bloc_code
        ) as ways
    from ways_united
    group by unit_key

),

units_grouped as (

    select
        unit_key,
        min(unit_key) over (partition by ways) as led_unit_key
    from ways_listed

),

final as (

    select
        ---------- ids
        ways_united.unit_key,
        units_grouped.led_unit_key,

        ---------- text
        ways_united.lineage_view,
        ways_united.bloc_code,

        ---------- numerics
        ways_united.weight
    from ways_united
    inner join units_grouped
        on ways_united.unit_key = units_grouped.unit_key

)

select * from final
