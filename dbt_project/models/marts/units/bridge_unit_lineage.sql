with

int_unit_lineage as (

    select * from {{ ref('int_unit_lineage') }}

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
        weight::double precision as weight
    from int_unit_lineage

)

select * from final
