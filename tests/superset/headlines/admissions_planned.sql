select sum(planned_admissions) as admissions_planned
from marts.fct_admission_plans where planned_unit_code is not null
