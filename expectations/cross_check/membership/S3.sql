select
    membership.bloc_code,
    membership.unit_code,
    'membership' as form,
    membership.period_code,
    membership.submission_id,
    coalesce(membership.inc_structural, 0)
    + coalesce(membership.dec_structural, 0) as left_value,
    0 as right_value
from intermediate.int_membership_current as membership
where not exists (
        select 1
        from reference.ref_unit_events as events
        where events.status = 'effective'
            and events.event_type in ('merge_into', 'split')
            and membership.unit_code in (events.unit_code, events.successor_code)
            and events.effective_date
            between membership.period_start and membership.period_end
    )
