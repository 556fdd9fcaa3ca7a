select
    period_year,
    sum(admitted_youth) as admitted_youth,
    sum(admitted_female) as admitted_female,
    sum(admitted_ethnic) as admitted_ethnic,
    sum(admitted_religious) as admitted_religious,
    sum(admitted_private_sector) as admitted_private_sector
from marts.fct_admissions
group by 1
