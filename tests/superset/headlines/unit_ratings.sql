select
    period_year,
    label_vi as subject_vi,
    sum(rated_total) as rated_total,
    sum(excellent) as excellent,
    sum(good) as good,
    sum(completed) as completed,
    sum(not_completed) as not_completed
from marts.fct_ratings
inner join marts.dim_rating_subjects using (subject)
where is_open_at_end
group by 1, 2
