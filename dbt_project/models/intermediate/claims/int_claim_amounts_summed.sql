with

int_claim_parts_scoped as (

    select * from {{ ref('int_claim_parts_scoped') }}

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
        int_claim_parts_scoped.claim_id,

        ---------- text
        int_claim_parts_scoped.side,
        int_claim_parts_scoped.accrual,

        ---------- numerics
        int_claim_parts_scoped.part_year,
        case
            when count(int_bloc_figures_summed.figure) = 0 then 0
            else sum(int_bloc_figures_summed.amount)
        end as amount,
        coalesce(sum(int_bloc_figures_summed.blank_count), 0)::bigint as blank_count
    from int_claim_parts_scoped
    inner join int_bloc_lineage
        on int_claim_parts_scoped.bloc_code = int_bloc_lineage.bloc_code
    left join int_bloc_figures_summed
        on
            int_bloc_lineage.member_bloc_code = int_bloc_figures_summed.bloc_code
            and int_claim_parts_scoped.figure = int_bloc_figures_summed.figure
            and int_claim_parts_scoped.subject = int_bloc_figures_summed.subject
            and int_claim_parts_scoped.conducted_by
            = int_bloc_figures_summed.conducted_by
            and int_claim_parts_scoped.counts_from
            <= int_bloc_figures_summed.covers_from
            and int_claim_parts_scoped.counts_until
            >= int_bloc_figures_summed.covers_until
            and int_claim_parts_scoped.counts_until
            >= int_bloc_lineage.counts_since
    group by
        int_claim_parts_scoped.claim_id,
        int_claim_parts_scoped.side,
        int_claim_parts_scoped.accrual,
        int_claim_parts_scoped.part_year

)

select * from final
