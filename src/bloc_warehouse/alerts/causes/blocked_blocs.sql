-- Kind publish_blocked: the live release has a bloc's rows from an earlier one, or not
-- at all. It follows from the bloc's findings, so it adds no item, and no news.

create view quality.alert_blocked_blocs as
select
    release_blocs.bloc_code,
    release_blocs.carried_from_release_id
from quality.release_blocs
inner join quality.releases on release_blocs.release_id = releases.release_id
where releases.state = 'live'
    and release_blocs.outcome in ('carried', 'left_out');

create view quality.alert_cause_blocked_blocs as
select
    'block:' || bloc_code as cause,
    'publish_blocked' as kind,
    'critical' as severity,
    bloc_code,
    null::text as unit_code,
    null::text as period_code,
    bloc_code as subject,
    null::text as item_key,
    bloc_code as item_name,
    coalesce(
        'người đọc vẫn xem số liệu của bản ' || carried_from_release_id,
        'người đọc chưa có số liệu nào'
    ) as line_vi,
    coalesce(
        'readers still see release ' || carried_from_release_id,
        'readers have no figures yet'
    ) as line_en,
    0 as overdue_level,
    false as is_confidential
from quality.alert_blocked_blocs;
