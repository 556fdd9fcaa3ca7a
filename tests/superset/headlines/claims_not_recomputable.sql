select count(*) as claims_not_recomputable
from marts.rpt_published_totals where verdict = 'not_recomputable'
