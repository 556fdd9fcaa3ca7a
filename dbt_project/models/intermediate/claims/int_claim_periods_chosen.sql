{# Which periods a claim is made of:
   flow    the year's cumulative; of the last year the longest that ends in time
   rating  the years whose ratings are due, in the quarter after, before the claim ends
   plan    of a term its whole years, else the year in which the claim's period lies
   stock   the day on which the period ends, of an event the first one after it
   merit   the last year of merit; the part then counts all of them #}
with

int_claims_exploded as (

    select * from {{ ref('int_claims_exploded') }}

),

int_claim_events_dated as (

    select * from {{ ref('int_claim_events_dated') }}

),

ref_periods as (

    select * from {{ ref('ref_periods') }}
    where period_type in ('Q1', 'H1', 'M9', 'Y')

),

periods_fitting as (

    select
        int_claims_exploded.claim_id,
        int_claims_exploded.side,
        ref_periods.period_year,
        ref_periods.period_start,
        ref_periods.period_end
    from int_claims_exploded
    left join int_claim_events_dated
        on
            int_claims_exploded.claim_id = int_claim_events_dated.claim_id
            and int_claims_exploded.side = int_claim_events_dated.side
    cross join ref_periods
    where
        (
            int_claims_exploded.accrual = 'flow'
            and ref_periods.period_start >= int_claims_exploded.period_start
            and ref_periods.period_end <= int_claims_exploded.period_end
        )
        or (
            int_claims_exploded.accrual = 'rating'
            and ref_periods.period_type = 'Y'
            and ref_periods.period_start >= int_claims_exploded.period_start
            and int_claims_exploded.period_end
            >= make_date(ref_periods.period_year + 1, 3, 31)
        )
        or (
            int_claims_exploded.accrual = 'plan'
            and ref_periods.period_type = 'Y'
            and ref_periods.period_start >= int_claims_exploded.period_start
            and ref_periods.period_start <= int_claims_exploded.period_end
            and (
                ref_periods.period_end <= int_claims_exploded.period_end
                or int_claims_exploded.period_type != 'TERM'
            )
        )
        or (
            int_claims_exploded.accrual = 'stock'
            and ref_periods.period_end = coalesce(
                int_claim_events_dated.event_period_end, int_claims_exploded.period_end
            )
        )
        or (
            int_claims_exploded.accrual = 'merit'
            and ref_periods.period_type = 'Y'
            and ref_periods.period_end = int_claims_exploded.period_end
        )

),

final as (

    select
        ---------- ids
        claim_id,

        ---------- text
        side,

        ---------- numerics
        period_year as part_year,

        ---------- dates
        min(period_start) as part_start,
        max(period_end) as part_end
    from periods_fitting
    group by
        claim_id,
        side,
        period_year

)

select * from final
