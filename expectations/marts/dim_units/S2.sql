with periods as (
    select distinct
        fct_returns.bloc_code,
        fct_returns.period_code,
        dim_periods.period_start,
        dim_periods.period_end
    from marts_candidate.fct_returns
    inner join marts_candidate.dim_periods
        on fct_returns.period_code = dim_periods.period_code
    where fct_returns.is_expected
        and fct_returns.owed_by = 'unit'
        and fct_returns.form = 'membership'
),

steps as (
    select distinct on (later.bloc_code, later.period_code)
        later.bloc_code,
        later.period_code,
        later.period_end,
        earlier.period_end as end_before
    from periods as later
    inner join periods as earlier
        on later.bloc_code = earlier.bloc_code
            and later.period_end > earlier.period_end
            and later.period_start - 1 <= earlier.period_end
    order by later.bloc_code asc, later.period_code asc, earlier.period_end desc
),

spans as (
    select
        unit_code,
        bloc_code,
        valid_from,
        valid_to
    from reference.ref_unit_spans
    where unit_kind <> 'bloc_office'
),

events as (
    select
        event_type,
        effective_date,
        unit_code,
        successor_code
    from reference.ref_unit_events
    where status = 'effective'
),

-- which unit an event adds (+1) or takes away (-1)
moves as (
    select
        unit_code,
        effective_date,
        1 as step
    from events
    where event_type in ('found', 'transfer_bloc')
    union
    select
        unit_code,
        effective_date,
        -1 as step
    from events
    where event_type in ('merge_into', 'dissolve', 'transfer_bloc')
    union
    -- a unit that is split ends, unless it goes on with a part
    select
        unit_code,
        effective_date,
        -1 as step
    from events
    where event_type = 'split'
    group by unit_code, effective_date
    having bool_and(successor_code <> unit_code)
    union
    select
        events.successor_code as unit_code,
        events.effective_date,
        1 as step
    from events
    inner join spans on events.successor_code = spans.unit_code
    where events.event_type in ('split', 'merge_into')
    group by events.successor_code, events.effective_date
    having min(spans.valid_from) = events.effective_date
),

-- in the bloc of the span that begins, or ends, with the event
moves_placed as (
    select distinct
        spans.bloc_code,
        moves.unit_code,
        moves.effective_date,
        moves.step
    from moves
    inner join spans
        on moves.unit_code = spans.unit_code
            and moves.effective_date = case moves.step
                when 1 then spans.valid_from
                else spans.valid_to
            end
),

compared as (
    select
        steps.bloc_code,
        steps.period_code,
        (
            select count(distinct spans.unit_code)
            from spans
            where spans.bloc_code = steps.bloc_code
                and spans.valid_from <= steps.period_end
                and coalesce(spans.valid_to, 'infinity') > steps.period_end
        ) as left_value,
        (
            select count(distinct spans.unit_code)
            from spans
            where spans.bloc_code = steps.bloc_code
                and spans.valid_from <= steps.end_before
                and coalesce(spans.valid_to, 'infinity') > steps.end_before
        ) + (
            select coalesce(sum(moves_placed.step), 0)
            from moves_placed
            where moves_placed.bloc_code = steps.bloc_code
                and moves_placed.effective_date > steps.end_before
                and moves_placed.effective_date <= steps.period_end
        ) as right_value
    from steps
)

select
    *,
    'membership' as form
from compared
