select avg((state = 'accepted')::integer) as completeness
from marts.fct_returns where is_expected and is_due
