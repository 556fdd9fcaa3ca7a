select
    bloc_code,
    claim_id as subject,
    units_reported as left_value,
    units_expected as right_value,
    case when period_type in ('Q1', 'H1', 'M9', 'Y')
            then extract(year from period_end) || '-' || period_type
    end
        as period_code
from marts_candidate.rpt_published_totals
where verdict = 'not_recomputable' and reason = 'incomplete'
