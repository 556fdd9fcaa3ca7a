{{ config(
    materialized = 'incremental',
    unique_key = ['bloc_code', 'period_year'],
    indexes = [{'columns': ['bloc_code', 'period_year']}],
) }}

with

int_bloc_totals as (

    select * from {{ ref('int_bloc_totals') }}
    where {{ is_in_scope(['bloc_code', 'period_year']) }}

),

int_confidential_totals_ready as (

    select * from {{ ref('int_confidential_totals_ready') }}

),

int_confidential_totals_decided as (

    select * from {{ ref('int_confidential_totals_decided') }}
    where increase is not null

),

{# a confidential total is shown for the very counts that it was decided on for #}
totals_judged as (

    select
        totals.*,
        totals.is_confidential and shown.bloc_code is null as is_withheld
    from int_bloc_totals as totals
    left join int_confidential_totals_ready as ready
        on
            totals.bloc_code = ready.bloc_code
            and totals.period_code = ready.period_code
            and totals.indicator = ready.indicator
    left join int_confidential_totals_decided as shown
        on
            ready.bloc_code = shown.bloc_code
            and ready.period_code = shown.period_code
            and ready.indicator = shown.indicator
            and ready.basis = shown.basis

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
