{# a table: the marts read it several times #}
{{ config(
    materialized = 'incremental',
    unique_key = ['bloc_code', 'period_year'],
    indexes = [{'columns': ['bloc_code', 'period_year']}],
) }}

with

int_bloc_totals_spine as (

    select * from {{ ref('int_bloc_totals_spine') }}

),

int_bloc_totals_summed as (

    select * from {{ ref('int_bloc_totals_summed') }}

),

int_bloc_units_counted as (

    select * from {{ ref('int_bloc_units_counted') }}

),

{# nothing listed by units that reported is zero; a blank, or no return of those that
   owe one, leaves the total unknown, whatever came for an earlier part of the period #}
totals_joined as (

    select
        int_bloc_totals_spine.*,
        case
            when
                int_bloc_units_counted.units_reported > 0
                and int_bloc_totals_summed.indicator is null
                then 0
            when
                int_bloc_units_counted.units_reported = 0
                and int_bloc_units_counted.units_expected > 0
                then null
            else int_bloc_totals_summed.computed_total
        end as computed_total,
        coalesce(int_bloc_totals_summed.blank_count, 0) as blank_count,
        coalesce(int_bloc_units_counted.units_reported, 0) as units_reported,
        coalesce(int_bloc_units_counted.units_expected, 0) as units_expected
    from int_bloc_totals_spine
    left join int_bloc_totals_summed
        on
            int_bloc_totals_spine.bloc_code = int_bloc_totals_summed.bloc_code
            and int_bloc_totals_spine.period_code = int_bloc_totals_summed.period_code
            and int_bloc_totals_spine.indicator = int_bloc_totals_summed.indicator
    left join int_bloc_units_counted
        on
            int_bloc_totals_spine.bloc_code = int_bloc_units_counted.bloc_code
            and int_bloc_totals_spine.period_code = int_bloc_units_counted.period_code
            and int_bloc_totals_spine.indicator = int_bloc_units_counted.indicator

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
