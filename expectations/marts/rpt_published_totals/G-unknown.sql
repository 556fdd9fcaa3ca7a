select
    claims.bloc_code,
    claims.claim_id as subject,
    periods.period_code
from marts_candidate.rpt_published_totals as claims
left join marts_candidate.dim_periods as periods
    on claims.period_type = periods.period_type
        and claims.period_end = periods.period_end
        and periods.basis = 'cumulative'
where claims.basis <> 'context'
    and (
        claims.verdict is null
        or (
            claims.verdict = 'not_recomputable'
            and coalesce(claims.reason not in ('incomplete', 'blank'), true)
        )
    )
