-- each return beside the one that its opening continues; where the unit took part in a
-- merger or split, who came along is among those that came and left
with moves as (
    select distinct on (later.submission_id)
        later.submission_id,
        later.bloc_code,
        later.unit_code,
        later.period_code,
        later.inc_total + later.dec_total as moved,
        later.closing_female,
        later.closing_ethnic,
        earlier.submission_id as earlier_id,
        earlier.closing_female as female_before,
        earlier.closing_ethnic as ethnic_before
    from intermediate.int_membership_current as later
    inner join intermediate.int_membership_current as earlier
        on later.unit_code = earlier.unit_code
            and later.period_start - 1 = earlier.period_end
            and later.opening_total = earlier.closing_total
    order by later.submission_id asc, earlier.basis = 'cumulative' desc
)

select
    moves.bloc_code,
    moves.unit_code,
    'membership' as form,
    moves.period_code,
    parts.measure as subject,
    parts.label_vi || ' ' || parts.amount || ' sau ' || parts.amount_before
        as subject_vi,
    parts.label_en || ' ' || parts.amount || ' after ' || parts.amount_before
        as subject_en,
    moves.submission_id,
    array[moves.earlier_id] as other_submission_ids,
    abs(parts.amount - parts.amount_before) as left_value,
    moves.moved as right_value
from moves
cross join
    lateral (
        values
        ('closing_female', 'Nữ', 'Women', moves.closing_female, moves.female_before),
        (
            'closing_ethnic', 'Dân tộc thiểu số', 'Ethnic minority',
            moves.closing_ethnic, moves.ethnic_before
        )
    ) as parts (measure, label_vi, label_en, amount, amount_before)
where parts.amount is not null and parts.amount_before is not null
