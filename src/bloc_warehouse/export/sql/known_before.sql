-- What readers know of each unit on the eve of a period, and the year's plan.
with stocks as (
    select
        reporting_unit_code as unit_code,
        closing_total,
        closing_probationary
    from marts.fct_membership_stocks
    where interval_end = %(eve)s
),

plans as (
    select
        planned_unit_code as unit_code,
        sum(planned_admissions)::bigint as planned
    from marts.fct_admission_plans
    where from_year = %(year)s and to_year = %(year)s
    group by planned_unit_code
)

select
    coalesce(stocks.unit_code, plans.unit_code) as unit_code,
    stocks.closing_total,
    stocks.closing_probationary,
    plans.planned
from stocks
full join plans on stocks.unit_code = plans.unit_code
