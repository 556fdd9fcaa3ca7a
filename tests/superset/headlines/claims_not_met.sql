select count(*) as claims_not_met
from marts.rpt_published_totals where verdict = 'not_met'
