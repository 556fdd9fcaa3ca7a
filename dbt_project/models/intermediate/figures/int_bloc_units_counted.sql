{# A return that is due is counted on its own end, or after it yet inside the period: a
   half-year is contained in the year's cumulative. #}
with

int_bloc_totals_spine as (

    select * from {{ ref('int_bloc_totals_spine') }}

),

int_bloc_lineage as (

    select * from {{ ref('int_bloc_lineage') }}

),

int_returns_evaluated as (

    select * from {{ ref('int_returns_evaluated') }}
    where is_expected

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
    from int_bloc_totals_spine

),

{# of a unit's returns in the days the last one: what leads past it holds the others #}
last_returns as (

    select distinct on (
        days_opened.bloc_code,
        days_opened.period_code,
        days_opened.form,
        days_opened.counts_from,
        int_returns_evaluated.unit_code
    )
        days_opened.bloc_code,
        days_opened.period_code,
        days_opened.form,
        days_opened.counts_from,
        days_opened.counts_until,
        int_returns_evaluated.unit_code,
        coalesce(int_returns_evaluated.counted_on <= days_opened.counts_until, false)
            as is_counted
    from days_opened
    inner join int_bloc_lineage
        on
            days_opened.bloc_code = int_bloc_lineage.bloc_code
            and days_opened.counts_until >= int_bloc_lineage.counts_since
    inner join int_returns_evaluated
        on
            int_bloc_lineage.member_bloc_code = int_returns_evaluated.bloc_code
            and days_opened.form = int_returns_evaluated.form
            and days_opened.period_year = int_returns_evaluated.period_year
            and int_returns_evaluated.period_end
            between days_opened.counts_from and days_opened.counts_until
    order by
        days_opened.bloc_code asc,
        days_opened.period_code asc,
        days_opened.form asc,
        days_opened.counts_from asc,
        int_returns_evaluated.unit_code asc,
        int_returns_evaluated.period_end desc

),

units_tallied as (

    select
        bloc_code,
        period_code,
        form,
        counts_from,
        counts_until,
        count(*) filter (where is_counted) as units_reported,
        count(*) as units_expected
    from last_returns
    group by
        bloc_code,
        period_code,
        form,
        counts_from,
        counts_until

),

final as (

    select
        ---------- text
        int_bloc_totals_spine.bloc_code,
        int_bloc_totals_spine.period_code,
        int_bloc_totals_spine.indicator,

        ---------- numerics
        units_tallied.units_reported,
        units_tallied.units_expected
    from int_bloc_totals_spine
    inner join units_tallied
        on
            int_bloc_totals_spine.bloc_code = units_tallied.bloc_code
            and int_bloc_totals_spine.period_code = units_tallied.period_code
            and int_bloc_totals_spine.form = units_tallied.form
            and int_bloc_totals_spine.counts_from = units_tallied.counts_from
            and int_bloc_totals_spine.counts_until = units_tallied.counts_until

)

select * from final
