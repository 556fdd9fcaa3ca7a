{# grain: one row per unit span and each span in which it goes on today #}

with

int_unit_lineage_walked as (

    select * from {{ ref('int_unit_lineage_walked') }}

),

final as (

    select
        ---------- ids
        unit_key,
        today_unit_key,

        ---------- text
        unit_code,
        bloc_code,
        today_unit_code,
        today_bloc_code,

        ---------- numerics
        weight
    from int_unit_lineage_walked

)

select * from final
