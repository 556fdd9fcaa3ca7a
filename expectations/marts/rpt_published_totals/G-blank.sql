select
    claims.bloc_code,
    claims.claim_id as subject,
    claims.blank_count as left_value,
    periods.period_code
from marts_candidate.rpt_published_totals as claims
left join marts_candidate.dim_periods as periods
    on claims.period_type = periods.period_type
        and claims.period_end = periods.period_end
        and periods.basis = 'cumulative'
where claims.verdict = 'not_recomputable' and claims.reason = 'blank'
