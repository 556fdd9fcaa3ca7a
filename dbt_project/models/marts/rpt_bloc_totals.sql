{# grain: one row per bloc, period and indicator #}

with

int_bloc_totals_scoped as (

    select * from {{ ref('int_bloc_totals_scoped') }}

),

int_bloc_totals_disclosed as (

    select * from {{ ref('int_bloc_totals_disclosed') }}

),

int_bloc_totals_shown as (

    select * from {{ ref('int_bloc_totals_shown') }}

),

{# a confidential total is shown for the returns that it was let pass for #}
totals_judged as (

    select
        totals.*,
        totals.is_confidential
        and int_bloc_totals_shown.bloc_code is null as is_withheld
    from int_bloc_totals_scoped as totals
    left join int_bloc_totals_disclosed
        on
            totals.bloc_code = int_bloc_totals_disclosed.bloc_code
            and totals.period_code = int_bloc_totals_disclosed.period_code
            and totals.indicator = int_bloc_totals_disclosed.indicator
            and int_bloc_totals_disclosed.is_safe
    left join int_bloc_totals_shown
        on
            int_bloc_totals_disclosed.bloc_code = int_bloc_totals_shown.bloc_code
            and int_bloc_totals_disclosed.period_code
            = int_bloc_totals_shown.period_code
            and int_bloc_totals_disclosed.indicator = int_bloc_totals_shown.indicator
            and int_bloc_totals_disclosed.basis = int_bloc_totals_shown.basis

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
        case when not is_withheld then computed_total end as computed_total,
        case when not is_withheld then declared_total end as declared_total,
        case
            when not is_withheld then computed_total - declared_total
        end as difference,
        units_reported,
        units_expected,
        blank_count,

        ---------- booleans
        is_in_summary,
        is_complete,
        not is_withheld and is_partial as is_partial,
        is_withheld,

        ---------- dates
        period_end
    from totals_judged

)

select * from final
