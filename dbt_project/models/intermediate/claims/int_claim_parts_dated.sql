{# Which periods a claim is made of:
   flow    the year's cumulative; of the last year the longest that ends in time
   rating  the years whose ratings are due, in the quarter after, before the claim ends;
           of a year that year
   plan    of a term its whole years, else the year in which the claim's period lies
   stock   the day on which the period ends, of an event the first one after it, of
           a day within a period the last one before it
   merit   the last year of merit; the part then counts all of them
   The days in which its returns fall due are the same, except for awards: these count
   for the years of merit, whenever they were given. A stock counts on one day. #}
{{ config(materialized = 'incremental', unique_key = [], tags = ['lists']) }}

with

stg_reference__published_totals as (

    select * from {{ ref('stg_reference__published_totals') }}
    where basis != 'context'

),

ref_indicators as (

    select * from {{ ref('ref_indicators') }}

),

{# a claim and the figures it rests on: its own, and the base that it is a share of #}
claims_exploded as (

    select
        stg_reference__published_totals.claim_id,
        stg_reference__published_totals.bloc_code,
        stg_reference__published_totals.period_type,
        ref_indicators.side,
        ref_indicators.form,
        ref_indicators.figure,
        coalesce(ref_indicators.subject, stg_reference__published_totals.subject, 'all')
            as subject,
        coalesce(stg_reference__published_totals.conducted_by, 'all') as conducted_by,
        ref_indicators.accrual,
        stg_reference__published_totals.period_start,
        stg_reference__published_totals.period_end
    from stg_reference__published_totals
    inner join ref_indicators
        on
            stg_reference__published_totals.indicator = ref_indicators.indicator
            and stg_reference__published_totals.role = ref_indicators.role

),

int_blocs_deduplicated as (

    select * from {{ ref('int_blocs_deduplicated') }}

),

int_returns_expected as (

    select * from {{ ref('int_returns_expected') }}

),

mergers_dated as (

    select
        successor_bloc_code as bloc_code,
        max(open_until) as merged_on
    from int_blocs_deduplicated
    where successor_bloc_code is not null
    group by successor_bloc_code

),

{# The event is the merger that founded the bloc; it shows at the first period end after
   it for which the bloc's units owe the return. What stood on a day shows at the last
   one by then. #}
stocks_dated as (

    select
        claims_exploded.claim_id,
        claims_exploded.side,
        case
            when claims_exploded.period_type = 'EVENT'
                then
                    min(int_returns_expected.period_end) filter (
                        where
                        mergers_dated.merged_on <= int_returns_expected.period_end
                    )
            else max(int_returns_expected.period_end)
        end as stock_period_end
    from claims_exploded
    left join mergers_dated
        on claims_exploded.bloc_code = mergers_dated.bloc_code
    inner join int_returns_expected
        on
            claims_exploded.bloc_code = int_returns_expected.bloc_code
            and claims_exploded.form = int_returns_expected.form
            and claims_exploded.period_end >= int_returns_expected.period_end
    where claims_exploded.period_type in ('EVENT', 'DAY')
    group by
        claims_exploded.claim_id,
        claims_exploded.side,
        claims_exploded.period_type

),

ref_periods as (

    select * from {{ ref('ref_periods') }}
    where basis = 'cumulative'

),

periods_fitting as (

    select
        claims_exploded.claim_id,
        claims_exploded.side,
        ref_periods.period_year,
        ref_periods.period_start,
        ref_periods.period_end
    from claims_exploded
    left join stocks_dated
        on
            claims_exploded.claim_id = stocks_dated.claim_id
            and claims_exploded.side = stocks_dated.side
    cross join ref_periods
    where
        (
            claims_exploded.accrual = 'flow'
            and ref_periods.period_start >= claims_exploded.period_start
            and ref_periods.period_end <= claims_exploded.period_end
        )
        or (
            claims_exploded.accrual = 'rating'
            and ref_periods.period_type = 'Y'
            and ref_periods.period_start >= claims_exploded.period_start
            and (
                claims_exploded.period_end
                >= make_date(ref_periods.period_year + 1, 3, 31)
                or (
                    claims_exploded.period_type = 'Y'
                    and claims_exploded.period_end = ref_periods.period_end
                )
            )
        )
        or (
            claims_exploded.accrual = 'plan'
            and ref_periods.period_type = 'Y'
            and ref_periods.period_start >= claims_exploded.period_start
            and ref_periods.period_start <= claims_exploded.period_end
            and (
                ref_periods.period_end <= claims_exploded.period_end
                or claims_exploded.period_type != 'TERM'
            )
        )
        or (
            claims_exploded.accrual = 'stock'
            and ref_periods.period_end = coalesce(
                stocks_dated.stock_period_end, claims_exploded.period_end
            )
        )
        or (
            claims_exploded.accrual = 'merit'
            and ref_periods.period_type = 'Y'
            and ref_periods.period_end = claims_exploded.period_end
        )

),

periods_chosen as (

    select
        claim_id,
        side,
        period_year as part_year,
        min(period_start) as part_start,
        max(period_end) as part_end
    from periods_fitting
    group by
        claim_id,
        side,
        period_year

),

final as (

    select
        ---------- ids
        claims_exploded.claim_id,

        ---------- text
        claims_exploded.bloc_code,
        claims_exploded.side,
        claims_exploded.form,
        claims_exploded.figure,
        claims_exploded.subject,
        claims_exploded.conducted_by,
        claims_exploded.accrual,

        ---------- numerics
        periods_chosen.part_year,

        ---------- dates
        case
            when claims_exploded.accrual in ('stock', 'rating')
                then periods_chosen.part_end
            when claims_exploded.accrual = 'merit'
                then claims_exploded.period_start
            else periods_chosen.part_start
        end as counts_from,
        periods_chosen.part_end as counts_until,
        case
            when claims_exploded.accrual in ('stock', 'rating')
                then periods_chosen.part_end
            else periods_chosen.part_start
        end as due_from,
        case
            when claims_exploded.accrual = 'merit' then 'infinity'::date
            else periods_chosen.part_end
        end as due_until
    from claims_exploded
    inner join periods_chosen
        on
            claims_exploded.claim_id = periods_chosen.claim_id
            and claims_exploded.side = periods_chosen.side

)

select * from final
