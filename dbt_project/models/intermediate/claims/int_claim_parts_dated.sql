{# The days in which its returns fall due are the same, except for awards: these count
   for the years of merit, whenever they were given. A stock counts on one day. #}
{{ config(materialized = 'table') }}

with

int_claims_exploded as (

    select * from {{ ref('int_claims_exploded') }}

),

int_claim_periods_chosen as (

    select * from {{ ref('int_claim_periods_chosen') }}

),

final as (

    select
        ---------- ids
        int_claims_exploded.claim_id,

        ---------- text
        int_claims_exploded.bloc_code,
        int_claims_exploded.side,
        int_claims_exploded.form,
        int_claims_exploded.figure,
        int_claims_exploded.subject,
        int_claims_exploded.conducted_by,
        int_claims_exploded.accrual,

        ---------- numerics
        int_claim_periods_chosen.part_year,

        ---------- dates
        case
            when int_claims_exploded.accrual in ('stock', 'rating')
                then int_claim_periods_chosen.part_end
            when int_claims_exploded.accrual = 'merit'
                then int_claims_exploded.period_start
            else int_claim_periods_chosen.part_start
        end as counts_from,
        int_claim_periods_chosen.part_end as counts_until,
        case
            when int_claims_exploded.accrual in ('stock', 'rating')
                then int_claim_periods_chosen.part_end
            else int_claim_periods_chosen.part_start
        end as due_from,
        case
            when int_claims_exploded.accrual = 'merit' then 'infinity'::date
            else int_claim_periods_chosen.part_end
        end as due_until
    from int_claims_exploded
    inner join int_claim_periods_chosen
        on
            int_claims_exploded.claim_id = int_claim_periods_chosen.claim_id
            and int_claims_exploded.side = int_claim_periods_chosen.side

)

select * from final
