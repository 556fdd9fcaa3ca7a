select
    dim_award_levels.label_vi as level_vi,
    dim_award_subjects.label_vi as subject_vi,
    sum(award_count) as awards_given
from marts.fct_awards
inner join marts.dim_award_levels using (level)
inner join marts.dim_award_subjects using (subject)
group by 1, 2
