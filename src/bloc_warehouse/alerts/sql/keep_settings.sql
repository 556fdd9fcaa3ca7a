-- Stores the current settings in quality.alert_settings: one row.
insert into quality.alert_settings as known (
    today, remind_days, most_units, stale_hours, channels
)
select
    max(reminded_on) as today,
    %(remind_days)s::integer[] as remind_days,
    %(most_units)s as most_units,
    %(stale_hours)s as stale_hours,
    %(channels)s::text[] as channels
from quality.reminders
on conflict (is_only) do update set
    today = excluded.today,
    remind_days = excluded.remind_days,
    most_units = excluded.most_units,
    stale_hours = excluded.stale_hours,
    channels = excluded.channels
where (
    known.today, known.remind_days, known.most_units, known.stale_hours,
    known.channels
) is distinct from (
    excluded.today, excluded.remind_days, excluded.most_units, excluded.stale_hours,
    excluded.channels
)
