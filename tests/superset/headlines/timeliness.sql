select avg((state = 'accepted' and not is_late)::integer) as timeliness
from marts.fct_returns where is_expected and is_due
