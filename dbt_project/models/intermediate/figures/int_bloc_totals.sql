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

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

{# of few blocs, so that their figures are found by the index #}
int_bloc_lineage as (

    select lineage.*
    from {{ ref('int_bloc_lineage') }} as lineage
    where
        lineage.bloc_code in (
            select int_bloc_years_scoped.bloc_code from int_bloc_years_scoped
        )

),

int_bloc_figures_summed as (

    select * from {{ ref('int_bloc_figures_summed') }}
    where conducted_by = 'all'

),

totals_summed as (

    select
        int_bloc_totals_spine.bloc_code,
        int_bloc_totals_spine.period_code,
        int_bloc_totals_spine.indicator,
        sum(int_bloc_figures_summed.amount)::bigint as computed_total,
        sum(int_bloc_figures_summed.blank_count)::bigint as blank_count
    from int_bloc_totals_spine
    inner join int_bloc_lineage
        on
            int_bloc_totals_spine.bloc_code = int_bloc_lineage.bloc_code
            and int_bloc_totals_spine.counts_until
            >= int_bloc_lineage.counts_since
    inner join int_bloc_figures_summed
        on
            int_bloc_lineage.member_bloc_code = int_bloc_figures_summed.bloc_code
            and int_bloc_totals_spine.figure = int_bloc_figures_summed.figure
            and int_bloc_totals_spine.subject = int_bloc_figures_summed.subject
            and int_bloc_totals_spine.period_year = int_bloc_figures_summed.covers_year
            and int_bloc_totals_spine.counts_from
            <= int_bloc_figures_summed.covers_from
            and int_bloc_totals_spine.counts_until
            >= int_bloc_figures_summed.covers_until
    group by
        int_bloc_totals_spine.bloc_code,
        int_bloc_totals_spine.period_code,
        int_bloc_totals_spine.indicator

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
                and totals_summed.indicator is null
                then 0
            when
                int_bloc_units_counted.units_reported = 0
                and int_bloc_units_counted.units_expected > 0
                then null
            else totals_summed.computed_total
        end as computed_total,
        coalesce(totals_summed.blank_count, 0) as blank_count,
        coalesce(int_bloc_units_counted.units_reported, 0) as units_reported,
        coalesce(int_bloc_units_counted.units_expected, 0) as units_expected
    from int_bloc_totals_spine
    left join totals_summed
        on
            int_bloc_totals_spine.bloc_code = totals_summed.bloc_code
            and int_bloc_totals_spine.period_code = totals_summed.period_code
            and int_bloc_totals_spine.indicator = totals_summed.indicator
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
