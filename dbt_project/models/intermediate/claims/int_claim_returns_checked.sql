{# A return that is due is counted on its own end, or after it yet inside the part: a
   half-year is contained in the year's cumulative. #}
with

claim_parts as (

    select * from {{ ref('int_claim_parts_dated') }}
    where
        claim_id in (
            select claims.claim_id from {{ ref('int_claims_scoped') }} as claims
        )

),

int_bloc_lineage as (

    select * from {{ ref('int_bloc_lineage') }}

),

int_returns_evaluated as (

    select * from {{ ref('int_returns_evaluated') }}
    where is_expected

),

int_receipts_dated as (

    select * from {{ ref('int_receipts_dated') }}

),

{# a claim on some bodies rests on the returns of those who report for them #}
returns_in_scope as (

    select
        claim_parts.claim_id,
        claim_parts.accrual,
        int_returns_evaluated.unit_code,
        int_returns_evaluated.due_on,
        coalesce(
            int_returns_evaluated.counted_on <= claim_parts.due_until, false
        ) as is_counted
    from claim_parts
    inner join int_bloc_lineage
        on
            claim_parts.bloc_code = int_bloc_lineage.bloc_code
            and claim_parts.counts_until
            >= int_bloc_lineage.counts_since
    inner join int_returns_evaluated
        on
            int_bloc_lineage.member_bloc_code = int_returns_evaluated.bloc_code
            and claim_parts.form = int_returns_evaluated.form
            and int_returns_evaluated.period_end
            between claim_parts.due_from and claim_parts.due_until
    where
        claim_parts.conducted_by = 'all'
        or (claim_parts.conducted_by, int_returns_evaluated.owed_by) in (
            select
                ref_conducting_bodies.conducted_by,
                ref_conducting_bodies.owed_by
            from {{ ref('ref_conducting_bodies') }} as ref_conducting_bodies
        )

),

{# an award may be given at any time: what is not yet due is not waited for #}
final as (

    select
        ---------- ids
        returns_in_scope.claim_id,

        ---------- text
        returns_in_scope.unit_code,

        ---------- booleans
        bool_and(returns_in_scope.is_counted) as is_reported
    from returns_in_scope
    cross join int_receipts_dated
    where
        returns_in_scope.accrual != 'merit'
        or returns_in_scope.is_counted
        or returns_in_scope.due_on < int_receipts_dated.last_received_on
    group by
        returns_in_scope.claim_id,
        returns_in_scope.unit_code

)

select * from final
