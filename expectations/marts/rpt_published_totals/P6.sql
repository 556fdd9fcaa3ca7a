with added as (
    select
        claims.claim_id,
        claims.bloc_code,
        claims.recomputed as left_value,
        sum(facts.admitted_total) as right_value
    from marts_candidate.rpt_published_totals as claims
    inner join intermediate.int_bloc_lineage as lineages
        on claims.bloc_code = lineages.bloc_code
    left join marts_candidate.fct_admissions as facts
        on lineages.member_bloc_code = facts.bloc_code
            and lineages.counts_since <= least(
                make_date(facts.period_year::integer, 12, 31), claims.period_end
            )
            and claims.period_start <= facts.interval_start
            and claims.period_end >= facts.interval_end
    where claims.indicator = 'members_admitted'
        and claims.role = 'actual'
        and claims.period_type = 'TERM'
        and claims.verdict <> 'not_recomputable'
    group by claims.claim_id, claims.bloc_code, claims.recomputed
)

select
    bloc_code,
    'admissions' as form,
    claim_id as subject,
    left_value,
    right_value
from added
