select
    dim_conducting_bodies.label_vi as body_vi,
    dim_inspection_subjects.label_vi as subject_vi,
    sum(done) as inspections_done
from marts.fct_inspections
inner join marts.dim_conducting_bodies using (body)
inner join marts.dim_inspection_subjects using (subject)
group by 1, 2
