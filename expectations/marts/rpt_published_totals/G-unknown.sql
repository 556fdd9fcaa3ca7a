select
    bloc_code,
    claim_id as subject,
    case when period_type in ('Q1', 'H1', 'M9', 'Y')
            then extract(year from period_end) || '-' || period_type
    end
        as period_code
from marts_candidate.rpt_published_totals
where basis <> 'context'
    and (
        verdict is null
        or (
            verdict = 'not_recomputable'
            and coalesce(reason not in ('incomplete', 'blank'), true)
        )
    )
