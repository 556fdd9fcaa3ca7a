with

int_claim_parts_dated as (

    select * from {{ ref('int_claim_parts_dated') }}

),

int_claims_scoped as (

    select * from {{ ref('int_claims_scoped') }}

),

final as (

    select
        ---------- ids
        int_claim_parts_dated.claim_id,

        ---------- text
        int_claim_parts_dated.bloc_code,
        int_claim_parts_dated.side,
        int_claim_parts_dated.form,
        int_claim_parts_dated.figure,
        int_claim_parts_dated.subject,
        int_claim_parts_dated.conducted_by,
        int_claim_parts_dated.accrual,

        ---------- numerics
        int_claim_parts_dated.part_year,

        ---------- dates
        int_claim_parts_dated.counts_from,
        int_claim_parts_dated.counts_until,
        int_claim_parts_dated.due_from,
        int_claim_parts_dated.due_until
    from int_claim_parts_dated
    inner join int_claims_scoped
        on int_claim_parts_dated.claim_id = int_claims_scoped.claim_id

)

select * from final
