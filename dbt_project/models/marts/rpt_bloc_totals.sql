{# grain: one row per bloc, period and indicator #}

with

int_bloc_totals_joined as (

    select * from {{ ref('int_bloc_totals_joined') }}

),

final as (

    select
        ---------- text
        bloc_code,
        period_code,
        period_type,
        indicator,

        ---------- numerics
        period_year,
        computed_total,
        declared_total,
        computed_total - declared_total as difference,
        units_reported,
        units_expected,
        blank_count,

        ---------- booleans
        is_in_summary,
        is_complete,

        ---------- dates
        period_end
    from int_bloc_totals_joined

)

select * from final
