{# grain: one row per bloc, period, confidential indicator and unit that it rests on #}

with

int_bloc_totals_scoped as (

    select
        int_bloc_totals_scoped.*,
        ref_summary_indicators.figure
    from {{ ref('int_bloc_totals_scoped') }} as int_bloc_totals_scoped
    inner join {{ ref('ref_summary_indicators') }} as ref_summary_indicators
        on int_bloc_totals_scoped.indicator = ref_summary_indicators.indicator
    where int_bloc_totals_scoped.is_confidential

),

int_bloc_lineage_traced as (

    select * from {{ ref('int_bloc_lineage_traced') }}

),

units_of_blocs as (

    select distinct
        bloc_code,
        unit_code
    from {{ ref('int_units_spanned') }}

),

int_submissions_counted as (

    select * from {{ ref('int_submissions_counted') }}
    where form = 'inspections'

),

int_figures_listed as (

    select * from {{ ref('int_figures_listed') }}

),

units_behind as (

    select distinct
        totals.bloc_code,
        totals.period_code,
        totals.period_type,
        totals.period_year,
        totals.period_end,
        totals.indicator,
        totals.figure,
        units_of_blocs.bloc_code as member_bloc_code,
        units_of_blocs.unit_code
    from int_bloc_totals_scoped as totals
    inner join int_bloc_lineage_traced
        on
            totals.bloc_code = int_bloc_lineage_traced.bloc_code
            and totals.period_end >= int_bloc_lineage_traced.counts_since
    inner join units_of_blocs
        on int_bloc_lineage_traced.member_bloc_code = units_of_blocs.bloc_code
    inner join int_submissions_counted
        on
            units_of_blocs.unit_code = int_submissions_counted.unit_code
            and units_of_blocs.bloc_code = int_submissions_counted.bloc_code
            and totals.period_year = int_submissions_counted.period_year
            and totals.period_end >= int_submissions_counted.period_end

),

final as (

    select
        ---------- text
        units_behind.bloc_code,
        units_behind.period_code,
        units_behind.period_type,
        units_behind.indicator,
        units_behind.unit_code,

        ---------- numerics
        units_behind.period_year,
        coalesce(sum(int_figures_listed.amount), 0) as amount,

        ---------- booleans
        bool_and(units_behind.member_bloc_code = units_behind.bloc_code)
            as is_of_bloc
    from units_behind
    left join int_figures_listed
        on
            units_behind.member_bloc_code = int_figures_listed.bloc_code
            and units_behind.unit_code = int_figures_listed.reporting_unit_code
            and units_behind.figure = int_figures_listed.figure
            and units_behind.period_year = int_figures_listed.period_year
            and units_behind.period_end >= int_figures_listed.covers_until
    group by
        units_behind.bloc_code,
        units_behind.period_code,
        units_behind.period_type,
        units_behind.period_year,
        units_behind.indicator,
        units_behind.unit_code

)

select * from final
