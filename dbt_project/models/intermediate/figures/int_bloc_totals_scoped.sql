with

int_bloc_totals as (

    select * from {{ ref('int_bloc_totals') }}

),

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

final as (

    select
        ---------- text
        int_bloc_totals.bloc_code,
        int_bloc_totals.period_code,
        int_bloc_totals.period_type,
        int_bloc_totals.indicator,

        ---------- numerics
        int_bloc_totals.period_year,
        int_bloc_totals.computed_total,
        int_bloc_totals.declared_total,
        int_bloc_totals.units_reported,
        int_bloc_totals.units_expected,
        int_bloc_totals.blank_count,

        ---------- booleans
        int_bloc_totals.is_in_summary,
        int_bloc_totals.is_confidential,
        int_bloc_totals.is_complete,
        int_bloc_totals.is_partial,

        ---------- dates
        int_bloc_totals.period_end
    from int_bloc_totals
    inner join int_bloc_years_scoped
        on
            int_bloc_totals.bloc_code = int_bloc_years_scoped.bloc_code
            and int_bloc_totals.period_year = int_bloc_years_scoped.period_year

)

select * from final
