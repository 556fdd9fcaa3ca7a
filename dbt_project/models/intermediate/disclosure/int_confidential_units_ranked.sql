{# Whether a unit's year may be shown beside the bloc's: the largest of the clear ones,
   as long as more than the threshold, of three units or more, stays hidden. #}
with

totals as (

    select * from {{ ref('int_bloc_totals_spine') }}
    where is_confidential

),

int_bloc_lineage as (

    select * from {{ ref('int_bloc_lineage') }}

),

units_of_blocs as (

    select distinct
        bloc_code,
        unit_code
    from {{ ref('stg_reference__unit_spans') }}

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
        totals.counts_until as period_end,
        totals.indicator,
        totals.figure,
        units_of_blocs.bloc_code as member_bloc_code,
        units_of_blocs.unit_code
    from totals
    inner join int_bloc_lineage
        on
            totals.bloc_code = int_bloc_lineage.bloc_code
            and totals.counts_until >= int_bloc_lineage.counts_since
    inner join units_of_blocs
        on int_bloc_lineage.member_bloc_code = units_of_blocs.bloc_code
    inner join int_submissions_counted
        on
            units_of_blocs.unit_code = int_submissions_counted.unit_code
            and units_of_blocs.bloc_code = int_submissions_counted.bloc_code
            and totals.period_year = int_submissions_counted.period_year
            and totals.counts_until >= int_submissions_counted.period_end

),

totals_traced as (

    select
        units_behind.bloc_code,
        units_behind.period_code,
        units_behind.period_type,
        units_behind.indicator,
        units_behind.unit_code,
        units_behind.period_year,
        coalesce(sum(int_figures_unpivoted.amount), 0) as amount,
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

),

int_unit_years_evaluated as (

    select * from {{ ref('int_unit_years_evaluated') }}

),

units_judged as (

    select
        traced.*,
        int_unit_years_evaluated.counts_md5,
        traced.period_type = 'Y'
        and traced.amount > 0
        and coalesce(int_unit_years_evaluated.is_clear, false)
        and traced.amount = int_unit_years_evaluated.members_disciplined
        and bool_and(traced.is_of_bloc) over total_of_bloc as is_showable
    from totals_traced as traced
    left join int_unit_years_evaluated
        on
            traced.bloc_code = int_unit_years_evaluated.bloc_code
            and traced.unit_code = int_unit_years_evaluated.unit_code
            and traced.period_year = int_unit_years_evaluated.period_year
    window total_of_bloc as (
        partition by
            traced.bloc_code,
            traced.period_code,
            traced.indicator
    )

),

{# what would stay hidden, were a unit shown with all that come before it #}
units_ranked as (

    select
        *,
        sum(amount) over largest_last as hidden_total,
        count(*) over largest_last as hidden_units
    from units_judged
    window largest_last as (
        partition by bloc_code, period_code, indicator
        order by is_showable asc, amount asc, unit_code desc
        rows between unbounded preceding and 1 preceding
    )

),

final as (

    select
        ---------- text
        bloc_code,
        period_code,
        indicator,
        unit_code,
        counts_md5,

        ---------- numerics
        period_year,
        amount,

        ---------- booleans
        is_of_bloc,
        is_showable
        and hidden_units >= 3
        and hidden_total > {{ suppression_threshold() }} as is_shown
    from units_ranked

)

select * from final
