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

{# totals of one form that count the same days rest on the same returns #}
days_opened as (

    select distinct
        bloc_code,
        period_code,
        period_year,
        form,
        counts_from,
        counts_until
    from int_bloc_totals_opened

),

returns_in_scope as (

    select
        days_opened.bloc_code,
        days_opened.period_code,
        days_opened.counts_from,
        days_opened.counts_until,
        int_returns_expected.unit_code,
        int_returns_expected.form,
        int_returns_expected.period_year,
        max(int_returns_expected.period_end) as due_until
    from days_opened
    inner join int_bloc_lineage_traced
        on
            days_opened.bloc_code = int_bloc_lineage_traced.bloc_code
            and days_opened.counts_until >= int_bloc_lineage_traced.counts_since
    inner join int_returns_expected
        on
            int_bloc_lineage_traced.member_bloc_code = int_returns_expected.bloc_code
            and days_opened.form = int_returns_expected.form
            and days_opened.period_year = int_returns_expected.period_year
            and int_returns_expected.period_end
            between days_opened.counts_from and days_opened.counts_until
    group by
        days_opened.bloc_code,
        days_opened.period_code,
        days_opened.counts_from,
        days_opened.counts_until,
        int_returns_expected.unit_code,
        int_returns_expected.form,
        int_returns_expected.period_year

),

units_tallied as (

    select
        returns_in_scope.bloc_code,
        returns_in_scope.period_code,
        returns_in_scope.form,
        returns_in_scope.counts_from,
        returns_in_scope.counts_until,
        count(distinct returns_in_scope.unit_code) filter (
            where int_submissions_chained.submission_id is not null
        ) as units_reported,
        count(distinct returns_in_scope.unit_code) as units_expected
    from returns_in_scope
    left join int_submissions_chained
        on
            returns_in_scope.unit_code = int_submissions_chained.unit_code
            and returns_in_scope.form = int_submissions_chained.form
            and returns_in_scope.period_year = int_submissions_chained.period_year
            and int_submissions_chained.interval_end
            between returns_in_scope.due_until and returns_in_scope.counts_until
    group by
        returns_in_scope.bloc_code,
        returns_in_scope.period_code,
        returns_in_scope.form,
        returns_in_scope.counts_from,
        returns_in_scope.counts_until

),

final as (

    select
        ---------- text
        int_bloc_totals_opened.bloc_code,
        int_bloc_totals_opened.period_code,
        int_bloc_totals_opened.indicator,

        ---------- numerics
        units_tallied.units_reported,
        units_tallied.units_expected
    from int_bloc_totals_opened
    inner join units_tallied
        on
            int_bloc_totals_opened.bloc_code = units_tallied.bloc_code
            and int_bloc_totals_opened.period_code = units_tallied.period_code
            and int_bloc_totals_opened.form = units_tallied.form
            and int_bloc_totals_opened.counts_from = units_tallied.counts_from
            and int_bloc_totals_opened.counts_until = units_tallied.counts_until

)

select * from final
