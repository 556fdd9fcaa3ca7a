-- Kind publish_overridden: readers see a release, or a bloc's part of it, that somebody
-- published in spite of critical findings.

create view quality.alert_cause_overridden_releases as
select
    concat_ws(
        ':', 'override', releases.release_id, release_blocs.bloc_code
    ) as cause,
    'publish_overridden' as kind,
    'warning' as severity,
    release_blocs.bloc_code,
    null::text as unit_code,
    null::text as period_code,
    concat_ws(' ', 'release', releases.release_id, release_blocs.bloc_code) as subject,
    'R-' || releases.release_id as item_key,
    'R-' || releases.release_id as item_name,
    coalesce(release_blocs.decided_by, releases.published_by) || ': '
    || coalesce(release_blocs.reason, releases.publish_reason, '') as line_vi,
    coalesce(release_blocs.decided_by, releases.published_by) || ': '
    || coalesce(release_blocs.reason, releases.publish_reason, '') as line_en,
    0 as overdue_level,
    false as is_confidential
from quality.releases
left join quality.release_blocs
    on releases.release_id = release_blocs.release_id
        and release_blocs.outcome = 'overridden'
where releases.state = 'live' and releases.is_overridden;
