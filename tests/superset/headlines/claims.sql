select count(*) as claims from marts.rpt_published_totals
