with returns as (
    select
        submissions.submission_id,
        submissions.bloc_code,
        submissions.unit_code,
        submissions.period_code,
        submissions.period_start,
        submissions.period_end,
        membership.closing_total
    from intermediate.int_submissions_current as submissions
    left join intermediate.int_membership_current as membership
        on submissions.submission_id = membership.submission_id
    where submissions.form = 'membership'
),

-- looks back no further than the eve of the period
moves as (
    select distinct on (later.submission_id)
        later.*,
        earlier.submission_id as earlier_id,
        earlier.closing_total as closing_before,
        earlier.period_end as end_before
    from returns as later
    inner join returns as earlier
        on later.unit_code = earlier.unit_code
            and later.period_end > earlier.period_end
            and later.period_start - 1 <= earlier.period_end
    order by later.submission_id asc, earlier.period_end desc
)

select
    bloc_code,
    unit_code,
    'membership' as form,
    period_code,
    submission_id,
    array[earlier_id] as other_submission_ids,
    closing_total as left_value,
    closing_before as right_value
from moves
where not exists (
        select 1
        from reference.ref_unit_events as events
        where events.status = 'effective'
            and moves.unit_code in (events.unit_code, events.successor_code)
            and events.effective_date > moves.end_before
            and events.effective_date <= moves.period_end
    )
