select
    interval_end,
    sum(closing_total) as members,
    sum(closing_female) as closing_female
from marts.fct_membership_stocks
group by 1
