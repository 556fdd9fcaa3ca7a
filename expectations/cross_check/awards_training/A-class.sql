select
    training.bloc_code,
    training.unit_code,
    'awards_training' as form,
    training.period_code,
    training.programme as subject,
    'Bồi dưỡng dòng ' || training.sheet_row as subject_vi,
    'Training in row ' || training.sheet_row as subject_en,
    training.submission_id,
    array[membership.submission_id] as other_submission_ids,
    training.attendees as left_value,
    -- a hall holds some 200; a class has guests, of small units above all
    training.classes * least(
        200,
        case
            when training.programme <> 'party_awareness'
                then greatest(30, membership.opening_total + membership.inc_total)
        end
    ) as right_value
from intermediate.int_training_current as training
left join intermediate.int_membership_current as membership
    on training.unit_code = membership.unit_code
        and training.period_code = membership.period_code
where training.unit_kind <> 'bloc_office'
