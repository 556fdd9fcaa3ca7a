-- a channel is down: its due messages wait, longer each time, then are given up
update quality.deliveries set
    state = case
        when attempts < cardinality(%(waits)s::integer[]) then 'failed'
        else 'given_up'
    end,
    attempts = attempts + 1,
    attempted_at = clock_timestamp(),
    next_attempt_at = clock_timestamp() + greatest(
        make_interval(mins => coalesce((%(waits)s::integer[])[attempts + 1], 0)),
        make_interval(secs => %(asked)s) -- the channel asked for it
    ),
    error = %(error)s
where channel = %(channel)s
    and state in ('pending', 'failed')
    and next_attempt_at <= clock_timestamp()
returning state
