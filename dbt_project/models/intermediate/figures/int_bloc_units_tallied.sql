{# grain: one row per bloc, period and indicator: the units it rests on #}

{# A return that is due is reported when an interval counted ends with it, or after it
   yet inside the period: a half-year is contained in the year's cumulative. #}
with

int_bloc_totals_opened as (

    select * from {{ ref('int_bloc_totals_opened') }}

),

int_bloc_lineage_traced as (

    select * from {{ ref('int_bloc_lineage_traced') }}

),

int_returns_expected as (

    select * from {{ ref('int_returns_expected') }}

),

int_submissions_chained as (

    select * from {{ ref('int_submissions_chained') }}

),

returns_in_scope as (

    select
        int_bloc_totals_opened.bloc_code,
        int_bloc_totals_opened.period_code,
        int_bloc_totals_opened.indicator,
        int_bloc_totals_opened.counts_until,
        int_returns_expected.unit_code,
        int_returns_expected.form,
        int_returns_expected.period_year,
        int_returns_expected.period_end
    from int_bloc_totals_opened
    inner join int_bloc_lineage_traced
        on int_bloc_totals_opened.bloc_code = int_bloc_lineage_traced.bloc_code
    inner join int_returns_expected
        on
            int_bloc_lineage_traced.member_bloc_code = int_returns_expected.bloc_code
            and int_bloc_totals_opened.form = int_returns_expected.form
            and int_returns_expected.period_end
            between int_bloc_totals_opened.counts_from
            and int_bloc_totals_opened.counts_until

),

units_checked as (

    select
        returns_in_scope.bloc_code,
        returns_in_scope.period_code,
        returns_in_scope.indicator,
        returns_in_scope.unit_code,
        max(returns_in_scope.period_end)
        <= max(int_submissions_chained.interval_end) as is_reported
    from returns_in_scope
    left join int_submissions_chained
        on
            returns_in_scope.unit_code = int_submissions_chained.unit_code
            and returns_in_scope.form = int_submissions_chained.form
            and returns_in_scope.period_year = int_submissions_chained.period_year
            and returns_in_scope.counts_until >= int_submissions_chained.interval_end
    group by
        returns_in_scope.bloc_code,
        returns_in_scope.period_code,
        returns_in_scope.indicator,
        returns_in_scope.unit_code

),

final as (

    select
        ---------- text
        bloc_code,
        period_code,
        indicator,

        ---------- numerics
        count(*) filter (where is_reported) as units_reported,
        count(*) as units_expected
    from units_checked
    group by
        bloc_code,
        period_code,
        indicator

)

select * from final
