with offices as (
    select
        awards.bloc_code,
        awards.period_code,
        awards.submission_id,
        awards.level,
        awards.kind,
        awards.subject,
        awards.merit_from_year,
        awards.merit_to_year,
        awards.award_count
    from intermediate.int_awards_current as awards
    where awards.unit_kind = 'bloc_office' and awards.award_count > 0
),

office_classes as (
    select
        training.bloc_code,
        training.period_code,
        training.submission_id,
        training.programme,
        training.classes,
        training.attendees
    from intermediate.int_training_current as training
    where training.unit_kind = 'bloc_office' and training.attendees > 0
)

select
    awards.bloc_code,
    awards.unit_code,
    'awards_training' as form,
    awards.period_code,
    concat_ws(
        ' ', 'awards', awards.level, awards.kind, awards.subject,
        awards.merit_from_year, awards.merit_to_year
    ) as subject,
    'Khen thưởng dòng ' || awards.sheet_row as subject_vi,
    'Award in row ' || awards.sheet_row as subject_en,
    awards.submission_id,
    array[offices.submission_id] as other_submission_ids,
    awards.award_count as left_value,
    offices.award_count as right_value
from intermediate.int_awards_current as awards
inner join offices
    on awards.bloc_code = offices.bloc_code
        and awards.period_code = offices.period_code
        and awards.level = offices.level
        and awards.kind = offices.kind
        and awards.subject = offices.subject
        and awards.merit_from_year is not distinct from offices.merit_from_year
        and awards.merit_to_year is not distinct from offices.merit_to_year
        and awards.award_count = offices.award_count
where awards.unit_kind <> 'bloc_office'
union all
select
    training.bloc_code,
    training.unit_code,
    'awards_training' as form,
    training.period_code,
    'training ' || training.programme as subject,
    'Bồi dưỡng dòng ' || training.sheet_row as subject_vi,
    'Training in row ' || training.sheet_row as subject_en,
    training.submission_id,
    array[office_classes.submission_id] as other_submission_ids,
    training.attendees as left_value,
    office_classes.attendees as right_value
from intermediate.int_training_current as training
inner join office_classes
    on training.bloc_code = office_classes.bloc_code
        and training.period_code = office_classes.period_code
        and training.programme = office_classes.programme
        and training.classes is not distinct from office_classes.classes
        and training.attendees = office_classes.attendees
where training.unit_kind <> 'bloc_office'
