select
    period_year,
    sum(excellent) as excellent,
    sum(good) as good,
    sum(completed) as completed,
    sum(not_completed) as not_completed
from marts.fct_ratings
where subject = 'unit' and is_open_at_end
group by 1
