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

int_bloc_lineage as (

    select * from {{ ref('int_bloc_lineage') }}

),

units_of_blocs as (

    select distinct
        bloc_code,
        unit_code
    from {{ ref('int_unit_validity_periods') }}

),

int_submissions_counted as (

    select * from {{ ref('int_submissions_counted') }}
    where form = 'inspections'

),

int_figures_unpivoted as (

    select * from {{ ref('int_figures_unpivoted') }}

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
    inner join int_bloc_lineage
        on
            totals.bloc_code = int_bloc_lineage.bloc_code
            and totals.period_end >= int_bloc_lineage.counts_since
    inner join units_of_blocs
        on int_bloc_lineage.member_bloc_code = units_of_blocs.bloc_code
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
        coalesce(sum(int_figures_unpivoted.amount), 0) as amount,

        ---------- booleans
        bool_and(units_behind.member_bloc_code = units_behind.bloc_code)
            as is_of_bloc
    from units_behind
    left join int_figures_unpivoted
        on
            units_behind.member_bloc_code = int_figures_unpivoted.bloc_code
            and units_behind.unit_code = int_figures_unpivoted.reporting_unit_code
            and units_behind.figure = int_figures_unpivoted.figure
            and units_behind.period_year = int_figures_unpivoted.period_year
            and units_behind.period_end >= int_figures_unpivoted.covers_until
    group by
        units_behind.bloc_code,
        units_behind.period_code,
        units_behind.period_type,
        units_behind.period_year,
        units_behind.indicator,
        units_behind.unit_code

)

select * from final
