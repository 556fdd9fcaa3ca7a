{# grain: one row per unit span, reading and bloc in which the reading counts it #}

{{ config(materialized = 'table', indexes = [{'columns': ['unit_key']}]) }}

with

int_units_spanned as (

    select * from {{ ref('int_units_spanned') }}

),

int_unit_lineage_walked as (

    select * from {{ ref('int_unit_lineage_walked') }}

),

final as (

    select
        ---------- ids
        unit_key,

        ---------- text
        'as_it_was' as reading,
        bloc_code,

        ---------- numerics
        1::numeric as weight
    from int_units_spanned
    union all
    select
        unit_key,
        'as_it_is_today' as reading,
        today_bloc_code as bloc_code,
        sum(weight) as weight
    from int_unit_lineage_walked
    group by
        unit_key,
        today_bloc_code

)

select * from final
