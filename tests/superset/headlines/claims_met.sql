select count(*) as claims_met from marts.rpt_published_totals where verdict = 'met'
