select
    period_end,
    max(computed_total) as members_at_the_end
from marts.rpt_bloc_totals
where indicator = 'member_count' and is_complete
group by bloc_code, 1
