with complete as (
    select bloc_code, period_year
    from marts.rpt_bloc_totals
    where
        indicator = 'members_rated'
        and period_type = 'Y'
        and units_reported = units_expected
)

select
    period_year,
    sum(excellent) as rated_excellent,
    sum(good) as rated_good,
    sum(completed) as rated_completed,
    sum(not_completed) as rated_not_completed
from marts.fct_ratings
inner join complete using (bloc_code, period_year)
where subject = 'member' and is_open_at_end
group by 1
