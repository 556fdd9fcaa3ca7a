{# grain: one row per claim, side and part: the days that the part counts #}

{# The days in which its returns fall due are the same, save for awards: these count for
   the years of merit, whenever they were given. A stock counts on one day. #}
{{ config(materialized = 'table') }}

with

int_claims_itemised as (

    select * from {{ ref('int_claims_itemised') }}

),

int_claim_periods_chosen as (

    select * from {{ ref('int_claim_periods_chosen') }}

),

final as (

    select
        ---------- ids
        int_claims_itemised.claim_id,

        ---------- text
        int_claims_itemised.bloc_code,
        int_claims_itemised.side,
        int_claims_itemised.form,
        int_claims_itemised.figure,
        int_claims_itemised.subject,
        int_claims_itemised.conducted_by,
        int_claims_itemised.accrual,

        ---------- numerics
        int_claim_periods_chosen.part_year,

        ---------- dates
        case
            when int_claims_itemised.accrual in ('stock', 'rating')
                then int_claim_periods_chosen.part_end
            when int_claims_itemised.accrual = 'merit'
                then int_claims_itemised.period_start
            else int_claim_periods_chosen.part_start
        end as counts_from,
        int_claim_periods_chosen.part_end as counts_until,
        case
            when int_claims_itemised.accrual in ('stock', 'rating')
                then int_claim_periods_chosen.part_end
            else int_claim_periods_chosen.part_start
        end as due_from,
        case
            when int_claims_itemised.accrual = 'merit' then 'infinity'::date
            else int_claim_periods_chosen.part_end
        end as due_until
    from int_claims_itemised
    inner join int_claim_periods_chosen
        on
            int_claims_itemised.claim_id = int_claim_periods_chosen.claim_id
            and int_claims_itemised.side = int_claim_periods_chosen.side

)

select * from final
