select interval_end, sum(admitted_total) as members_admitted
from marts.fct_admissions
group by bloc_code, 1
