select sum(closing_total) as members from marts.fct_membership_stocks where is_current
