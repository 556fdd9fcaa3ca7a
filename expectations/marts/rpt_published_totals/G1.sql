select
    bloc_code,
    claim_id as subject,
    recomputed as left_value,
    printed_value as right_value,
    case when period_type in ('Q1', 'H1', 'M9', 'Y')
            then extract(year from period_end) || '-' || period_type
    end
        as period_code
from marts_candidate.rpt_published_totals
where verdict = 'not_met'
    and qualifier = 'exact'
    and indicator not like '%_pct'
