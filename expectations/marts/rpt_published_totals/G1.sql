select
    claims.bloc_code,
    claims.claim_id as subject,
    claims.recomputed as left_value,
    claims.printed_value as right_value,
    periods.period_code
from marts_candidate.rpt_published_totals as claims
left join marts_candidate.dim_periods as periods
    on claims.period_type = periods.period_type
        and claims.period_end = periods.period_end
        and periods.basis = 'cumulative'
where claims.verdict = 'not_met'
    and claims.qualifier = 'exact'
    and claims.indicator not like '%_pct'
