-- What should be open now is worked out from the record, never from logs; what is open
-- already is left as it is. A cause is one thing that somebody can put right:
--   a unit's returns of a period (file rejected or held, figures held, returns missing,
--   warnings), a bloc's critical findings, a bloc's published figures of a period, ...
-- so a rejected workbook, the returns that are missing for it and the totals that wait
-- for them are one alert.
with unanswered_files as (
    select
        files.file_id,
        files.file_name,
        files.sender,
        files.state,
        files.received_at,
        submissions.unit_code,
        submissions.period_code
    from raw.files
    left join raw.submissions
        on files.file_id = submissions.file_id
        and submissions.unit_code is not null
        and submissions.period_code is not null
    where files.state in ('rejected', 'held')
        and not exists (
            select 1
            from raw.files as later_files
            left join raw.submissions as later
                on later_files.file_id = later.file_id
                and later.form = submissions.form
                and later.unit_code = submissions.unit_code
                and later.period_code = submissions.period_code
            where (later_files.received_at, later_files.file_id)
                > (files.received_at, files.file_id)
                and (
                    later.state in ('accepted', 'superseded')
                    or (
                        submissions.submission_id is null
                        and later_files.sender = files.sender
                        and later_files.state in ('accepted', 'superseded')
                    )
                )
        )
),

first_faults as (
    select distinct on (faults.file_id)
        faults.file_id,
        concat_ws(' ', faults.sheet || coalesce('!' || faults.cell, ''), faults.rule)
            as place,
        faults.message_vi,
        faults.message_en,
        count(*) over (partition by faults.file_id) as fault_count
    from raw.faults
    where faults.severity = 'error'
        and faults.file_id in (select file_id from unanswered_files)
    order by faults.file_id, faults.fault_id
),

missing_returns as (
    select unit_code, period_code
    from quality.violations
    where rule = 'N1' and state = 'open'
    group by unit_code, period_code
),

-- a file that does not say whose it is belongs to its sender's only missing period
guessed_periods as (
    select unit_code, min(period_code) as period_code
    from missing_returns
    group by unit_code
    having count(*) = 1
),

of_files as (
    select distinct
        unanswered_files.file_id,
        case
            when guessed_periods.unit_code is not null
                then 'return:' || guessed_periods.unit_code || ':'
                    || guessed_periods.period_code
            when unanswered_files.unit_code is not null
                then 'return:' || unanswered_files.unit_code || ':'
                    || unanswered_files.period_code
            else 'file:' || unanswered_files.file_id
        end as cause,
        'file_' || unanswered_files.state as kind,
        'warning' as severity,
        null::text as bloc_code,
        coalesce(unanswered_files.unit_code, guessed_periods.unit_code) as unit_code,
        coalesce(
            unanswered_files.period_code, guessed_periods.period_code
        ) as period_code,
        unanswered_files.sender || '/' || unanswered_files.file_name as subject,
        case unanswered_files.state
            when 'held'
                then 'Tệp ' || unanswered_files.file_name
                    || ' mâu thuẫn với lần gửi khác: cần người quyết định.'
            else 'Tệp ' || unanswered_files.file_name || ' bị trả lại ('
                || coalesce(first_faults.fault_count, 0) || ' lỗi). '
                || coalesce(first_faults.place || ': ' || first_faults.message_vi, '')
        end as line_vi,
        case unanswered_files.state
            when 'held'
                then 'File ' || unanswered_files.file_name
                    || ' conflicts with another submission: a person must decide.'
            else 'File ' || unanswered_files.file_name || ' was rejected (faults: '
                || coalesce(first_faults.fault_count, 0) || '). '
                || coalesce(first_faults.place || ': ' || first_faults.message_en, '')
        end as line_en
    from unanswered_files
    left join first_faults on unanswered_files.file_id = first_faults.file_id
    left join guessed_periods
        on unanswered_files.sender = guessed_periods.unit_code
        and unanswered_files.unit_code is null
),

of_violations as (
    select
        case
            when unit_code is not null and period_code is not null
                and (severity <> 'critical' or stage = 'cross_check')
                then 'return:' || unit_code || ':' || period_code
            when severity = 'critical' then 'block:' || coalesce(bloc_code, '')
            when rule in ('G1', 'G2', 'G3', 'G4')
                then 'claims:' || bloc_code || ':' || coalesce(period_code, '')
            else 'check:' || rule || ':' || coalesce(bloc_code, '') || ':'
                || coalesce(period_code, '')
        end as cause,
        case
            when severity = 'critical' and stage = 'cross_check' then 'figures_held'
            -- published in spite of it, it blocks no more, and is still wrong
            when severity = 'critical' and exists (
                select 1
                from quality.releases
                where state = 'candidate' and audit_outcome = 'critical'
            ) then 'publish_blocked'
            when rule = 'N1' then 'return_missing'
            when rule in ('G1', 'G2', 'G3', 'G4') then 'claim_not_met'
            else 'check_failed'
        end as kind,
        severity,
        bloc_code,
        unit_code,
        period_code,
        concat_ws(' ', coalesce(unit_code, bloc_code), period_code) as subject,
        rule || ': ' || concat_ws('. ', message_vi, nullif(cure_vi, '')) as line_vi,
        rule || ': ' || concat_ws('. ', message_en, nullif(cure_en, '')) as line_en
    from quality.violations
    where state = 'open' and severity <> 'info'
),

of_releases as (
    select
        'override:' || release_id as cause,
        'publish_overridden' as kind,
        'warning' as severity,
        null::text as bloc_code,
        null::text as unit_code,
        null::text as period_code,
        'release ' || release_id as subject,
        published_by || ': ' || coalesce(publish_reason, '') as line_vi,
        published_by || ': ' || coalesce(publish_reason, '') as line_en
    from quality.releases
    where state = 'live' and is_overridden
),

items as (
    select
        cause, kind, severity, bloc_code, unit_code, period_code, subject, line_vi,
        line_en
    from of_files
    union all
    select * from of_violations
    union all
    select * from of_releases
),

kinds (kind, rank, title_vi, title_en) as (
    values
    ('publish_blocked', 1, 'Chưa công bố được', 'Publishing is blocked'),
    ('file_rejected', 2, 'Tệp bị trả lại', 'File rejected'),
    ('file_held', 3, 'Tệp tạm giữ', 'File held'),
    ('figures_held', 4, 'Số liệu tạm giữ', 'Figures held'),
    ('return_missing', 5, 'Thiếu báo cáo quá hạn', 'Return overdue'),
    ('claim_not_met', 6, 'Không khớp số đã công bố', 'Published figure not met'),
    ('publish_overridden', 7, 'Công bố có ngoại lệ', 'Publishing was overridden'),
    ('check_failed', 8, 'Cần xem lại', 'Check failed')
),

ranked as (
    select
        items.*,
        kinds.rank,
        kinds.title_vi,
        kinds.title_en,
        row_number() over (
            partition by items.cause order by kinds.rank, items.line_en
        ) as line_number,
        count(*) over (partition by items.cause) as line_count
    from items
    inner join kinds on items.kind = kinds.kind
),

causes as (
    select
        cause,
        (array_agg(kind order by rank))[1] as kind,
        case when bool_or(severity = 'critical') then 'critical' else 'warning'
        end as severity,
        max(bloc_code) as bloc_code,
        max(unit_code) as unit_code,
        max(period_code) as period_code,
        (array_agg(title_vi order by rank))[1] as title_vi,
        (array_agg(title_en order by rank))[1] as title_en,
        coalesce(
            max(concat_ws(' ', unit_code, period_code)) filter (
                where unit_code is not null
            ),
            (array_agg(subject order by rank, subject))[1]
        ) as subject,
        string_agg(line_vi, E'\n' order by line_number) filter (
            where line_number <= 12
        ) as lines_vi,
        string_agg(line_en, E'\n' order by line_number) filter (
            where line_number <= 12
        ) as lines_en,
        max(line_count) - 12 as more_count
    from ranked
    group by cause
),

-- totals and claims that wait for the missing figures
waiting as (
    select
        causes.cause,
        string_agg(distinct violations.subject, ', ' order by violations.subject)
            as claims
    from causes
    inner join quality.violations
        on violations.rule = 'G-incomplete'
        and violations.state = 'open'
        and coalesce(violations.period_code, causes.period_code) = causes.period_code
    left join reference.ref_blocs
        on causes.bloc_code = ref_blocs.bloc_code
        and violations.bloc_code = ref_blocs.successor_bloc_code
    where causes.kind in (
        'file_rejected', 'file_held', 'figures_held', 'return_missing'
    )
        and (
            violations.bloc_code = causes.bloc_code
            or ref_blocs.bloc_code is not null
        )
    group by causes.cause
),

wanted as (
    select
        causes.cause,
        causes.kind,
        causes.severity,
        causes.bloc_code,
        causes.unit_code,
        causes.period_code,
        causes.subject,
        causes.title_vi || ': ' || causes.subject || E'\n' || causes.lines_vi
        || case when causes.more_count > 0
            then E'\n… và ' || causes.more_count || ' mục nữa' else '' end
        || coalesce(E'\nChờ số liệu này: ' || waiting.claims, '') as text_vi,
        causes.title_en || ': ' || causes.subject || E'\n' || causes.lines_en
        || case when causes.more_count > 0
            then E'\n… and ' || causes.more_count || ' more' else '' end
        || coalesce(E'\nWaiting for it: ' || waiting.claims, '') as text_en
    from causes
    left join waiting on causes.cause = waiting.cause
),

opened as (
    insert into quality.alerts as alerts (
        cause, kind, severity, bloc_code, unit_code, period_code, subject, text_vi,
        text_en
    )
    select * from wanted
    on conflict (cause) where closed_at is null do update set
        kind = excluded.kind,
        severity = excluded.severity,
        bloc_code = excluded.bloc_code,
        unit_code = excluded.unit_code,
        period_code = excluded.period_code,
        subject = excluded.subject,
        text_vi = excluded.text_vi,
        text_en = excluded.text_en,
        changed_at = clock_timestamp()
    where (alerts.kind, alerts.severity, alerts.bloc_code, alerts.text_vi)
        is distinct from
        (excluded.kind, excluded.severity, excluded.bloc_code, excluded.text_vi)
    returning alerts.alert_id, alerts.kind, alerts.subject,
        case when alerts.opened_at >= transaction_timestamp()
            then 'opened' else 'changed' end as change
),

closed as (
    update quality.alerts set closed_at = clock_timestamp()
    where closed_at is null
        and not exists (select 1 from wanted where wanted.cause = alerts.cause)
    returning alert_id, kind, subject, 'closed' as change
)

select change, kind, subject from opened
union all
select change, kind, subject from closed
