{# Most units of a bloc go on in the same bloc. Figures are added up over those that do
   before they are shared out by weight. #}
{{ config(materialized = 'table', indexes = [{'columns': ['unit_key']}]) }}

with

int_units_mapped_to_blocs as (

    select * from {{ ref('int_units_mapped_to_blocs') }}

),

ways_listed as (

    select
        unit_key,
        string_agg(
            lineage_view || ' ' || bloc_code || ' ' || weight, ', '
            order by lineage_view, bloc_code
        ) as ways
    from int_units_mapped_to_blocs
    group by unit_key

),

final as (

    select
        ---------- ids
        unit_key,
        min(unit_key) over (partition by ways) as led_unit_key
    from ways_listed

)

select * from final
