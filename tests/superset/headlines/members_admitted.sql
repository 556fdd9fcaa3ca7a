select sum(admitted_total) as members_admitted from marts.fct_admissions
