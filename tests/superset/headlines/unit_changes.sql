select
    interval_end,
    sum(inc_total) as members_increased,
    sum(dec_total) as members_decreased
from marts.fct_membership
group by 1
