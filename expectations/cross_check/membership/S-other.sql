select
    membership.bloc_code,
    membership.unit_code,
    'membership' as form,
    membership.period_code,
    other_moves.measure as subject,
    other_moves.label_vi as subject_vi,
    other_moves.label_en as subject_en,
    membership.submission_id,
    other_moves.amount as left_value,
    0 as right_value
from intermediate.int_membership_current as membership
cross join
    lateral (
        values
        ('inc_other', 'Tăng khác', 'Other increase', membership.inc_other),
        ('dec_other', 'Giảm khác', 'Other decrease', membership.dec_other)
    ) as other_moves (measure, label_vi, label_en, amount)
where exists (
        select 1
        from reference.ref_unit_events as events
        where events.status = 'effective'
            and events.event_type in ('merge_into', 'split')
            and membership.unit_code in (events.unit_code, events.successor_code)
            and events.effective_date
            between membership.period_start and membership.period_end
    )
