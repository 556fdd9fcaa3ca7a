{# grain: one row per bloc, period and indicator that is owed or declared #}

{# a table: the marts read it several times #}
{{ config(
    materialized = 'incremental',
    unique_key = ['bloc_code', 'period_year'],
    indexes = [{'columns': ['bloc_code', 'period_year']}],
) }}

with

int_bloc_totals_opened as (

    select * from {{ ref('int_bloc_totals_opened') }}

),

int_bloc_totals_summed as (

    select * from {{ ref('int_bloc_totals_summed') }}

),

int_bloc_units_tallied as (

    select * from {{ ref('int_bloc_units_tallied') }}

),

{# nothing listed by units that reported is zero; a blank, or no return of those that
   owe one, leaves the total unknown, whatever came for an earlier part of the period #}
totals_joined as (

    select
        int_bloc_totals_opened.*,
        case
            when
                int_bloc_units_tallied.units_reported > 0
                and int_bloc_totals_summed.indicator is null
                then 0
            when
                int_bloc_units_tallied.units_reported = 0
                and int_bloc_units_tallied.units_expected > 0
                then null
            else int_bloc_totals_summed.computed_total
        end as computed_total,
        coalesce(int_bloc_totals_summed.blank_count, 0) as blank_count,
        coalesce(int_bloc_units_tallied.units_reported, 0) as units_reported,
        coalesce(int_bloc_units_tallied.units_expected, 0) as units_expected
    from int_bloc_totals_opened
    left join int_bloc_totals_summed
        on
            int_bloc_totals_opened.bloc_code = int_bloc_totals_summed.bloc_code
            and int_bloc_totals_opened.period_code = int_bloc_totals_summed.period_code
            and int_bloc_totals_opened.indicator = int_bloc_totals_summed.indicator
    left join int_bloc_units_tallied
        on
            int_bloc_totals_opened.bloc_code = int_bloc_units_tallied.bloc_code
            and int_bloc_totals_opened.period_code = int_bloc_units_tallied.period_code
            and int_bloc_totals_opened.indicator = int_bloc_units_tallied.indicator

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
        units_reported,
        units_expected,
        blank_count,

        ---------- booleans
        is_in_summary,
        is_confidential,
        units_expected > 0
        and units_reported = units_expected
        and blank_count = 0
        and computed_total is not null as is_complete,
        {{ is_partial('computed_total') }} as is_partial,

        ---------- dates
        counts_until as period_end
    from totals_joined

)

select * from final
