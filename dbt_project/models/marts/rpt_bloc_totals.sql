{# grain: one row per bloc, period and indicator #}

with

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

int_bloc_totals_joined as (

    select int_bloc_totals_joined.*
    from {{ ref('int_bloc_totals_joined') }} as int_bloc_totals_joined
    inner join int_bloc_years_scoped
        on
            int_bloc_totals_joined.bloc_code = int_bloc_years_scoped.bloc_code
            and int_bloc_totals_joined.period_year = int_bloc_years_scoped.period_year

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
