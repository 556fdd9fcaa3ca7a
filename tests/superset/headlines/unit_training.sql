select
    label_vi as programme_vi,
    sum(attendees) as people_trained
from marts.fct_training
inner join marts.dim_training_programmes using (programme)
group by 1
