{# grain: one row per unit and year that this build makes anew #}

with

build_scope as (

    select * from {{ source('build', 'build_scope') }}

),

final as (

    select
        ---------- text
        unit_code,

        ---------- numerics
        period_year
    from build_scope

)

select * from final
