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

int_bloc_figures_summed as (

    select * from {{ ref('int_bloc_figures_summed') }}

),

final as (

    select
        ---------- ids
        claim_parts.claim_id,

        ---------- text
        claim_parts.side,
        claim_parts.accrual,

        ---------- numerics
        claim_parts.part_year,
        case
            when count(int_bloc_figures_summed.figure) = 0 then 0
            else sum(int_bloc_figures_summed.amount)
        end as amount,
        coalesce(sum(int_bloc_figures_summed.blank_count), 0)::bigint as blank_count
    from claim_parts
    inner join int_bloc_lineage
        on claim_parts.bloc_code = int_bloc_lineage.bloc_code
    left join int_bloc_figures_summed
        on
            int_bloc_lineage.member_bloc_code = int_bloc_figures_summed.bloc_code
            and claim_parts.figure = int_bloc_figures_summed.figure
            and claim_parts.subject = int_bloc_figures_summed.subject
            and claim_parts.conducted_by
            = int_bloc_figures_summed.conducted_by
            and claim_parts.counts_from
            <= int_bloc_figures_summed.covers_from
            and claim_parts.counts_until
            >= int_bloc_figures_summed.covers_until
            and claim_parts.counts_until
            >= int_bloc_lineage.counts_since
    group by
        claim_parts.claim_id,
        claim_parts.side,
        claim_parts.accrual,
        claim_parts.part_year

)

select * from final
