{# grain: one row per bloc, period and indicator that this build makes anew #}

with

int_bloc_totals_joined as (

    select * from {{ ref('int_bloc_totals_joined') }}

),

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

final as (

    select
        ---------- text
        int_bloc_totals_joined.bloc_code,
        int_bloc_totals_joined.period_code,
        int_bloc_totals_joined.period_type,
        int_bloc_totals_joined.indicator,

        ---------- numerics
        int_bloc_totals_joined.period_year,
        int_bloc_totals_joined.computed_total,
        int_bloc_totals_joined.declared_total,
        int_bloc_totals_joined.units_reported,
        int_bloc_totals_joined.units_expected,
        int_bloc_totals_joined.blank_count,

        ---------- booleans
        int_bloc_totals_joined.is_in_summary,
        int_bloc_totals_joined.is_confidential,
        int_bloc_totals_joined.is_complete,
        int_bloc_totals_joined.is_partial,

        ---------- dates
        int_bloc_totals_joined.period_end
    from int_bloc_totals_joined
    inner join int_bloc_years_scoped
        on
            int_bloc_totals_joined.bloc_code = int_bloc_years_scoped.bloc_code
            and int_bloc_totals_joined.period_year = int_bloc_years_scoped.period_year

)

select * from final
