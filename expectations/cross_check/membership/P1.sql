with returns as (
    select
        submissions.submission_id,
        submissions.bloc_code,
        submissions.unit_code,
        submissions.period_code,
        submissions.period_type,
        submissions.period_year,
        submissions.period_start,
        submissions.period_end,
        submissions.basis,
        membership.opening_total,
        membership.closing_total
    from intermediate.int_submissions_current as submissions
    left join intermediate.int_membership_current as membership
        on submissions.submission_id = membership.submission_id
    where submissions.form = 'membership'
),

first_days as (
    select
        unit_code,
        min(valid_from) as first_day
    from reference.ref_unit_spans
    group by unit_code
),

-- founded by a decision; a span that merely begins with our records is not
founded as (
    select
        first_days.unit_code,
        first_days.first_day
    from first_days
    where exists (
            select 1
            from reference.ref_unit_events as events
            where events.status = 'effective'
                and events.effective_date = first_days.first_day
                and (
                    (
                        events.event_type = 'found'
                        and events.unit_code = first_days.unit_code
                    )
                    or events.successor_code = first_days.unit_code
                )
        )
),

-- the return that ends on the eve; the year's, where both bases were sent
eves as (
    select distinct on (later.submission_id)
        later.submission_id,
        earlier.submission_id as earlier_id,
        earlier.closing_total
    from returns as later
    inner join returns as earlier
        on later.unit_code = earlier.unit_code
            and later.period_start - 1 = earlier.period_end
    where later.basis = 'cumulative'
    order by later.submission_id, earlier.basis = 'cumulative' desc
),

compared as (
    select
        returns.*,
        eves.earlier_id,
        case
            when eves.submission_id is not null then eves.closing_total
            when founded.unit_code is not null then 0
            else first_value(returns.opening_total) over (
                    partition by returns.unit_code, returns.period_year
                    order by returns.period_end
                )
        end as expected_opening
    from returns
    left join eves on returns.submission_id = eves.submission_id
    left join founded
        on returns.unit_code = founded.unit_code
            and extract(year from founded.first_day) = returns.period_year
    where returns.basis = 'cumulative'
)

select
    bloc_code,
    unit_code,
    'membership' as form,
    period_code,
    submission_id,
    array[earlier_id] as other_submission_ids,
    opening_total as left_value,
    expected_opening as right_value
from compared
