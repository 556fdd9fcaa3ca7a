-- What should be open now is worked out from the record, never from logs; what is open
-- already is left as it is. A cause is one thing that somebody can put right:
--   a unit's returns of a period (file rejected or held, figures held, returns missing,
--   warnings), the units of a bloc that are missing together, a bloc's critical findings,
--   a bloc's published figures of a period, a step that fails, a channel, ...
-- so a rejected workbook, the returns that are missing for it and the totals that wait
-- for them are one alert. Each alert keeps its items: one more is worse, one less is not.
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
            where (later_files.received_at, later_files.written_at, later_files.file_id)
                > (files.received_at, files.written_at, files.file_id)
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
        nullif(
            concat_ws(' ', faults.sheet || coalesce('!' || faults.cell, ''), faults.rule),
            ''
        ) as place,
        faults.message_vi,
        faults.message_en,
        count(*) over (partition by faults.file_id) as fault_count
    from raw.faults
    where faults.severity = 'error'
        and faults.file_id in (select file_id from unanswered_files)
    order by faults.file_id, faults.fault_id
),

-- a file that does not say whose it is belongs to its sender's only missing period
guessed_periods as (
    select unit_code, min(period_code) as period_code
    from missing_returns
    where not is_ahead
    group by unit_code
    having count(distinct period_code) = 1
),

-- no file name and no unknown sender's name: either may be a person's
of_files as (
    select distinct
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
        units.bloc_code,
        coalesce(unanswered_files.unit_code, guessed_periods.unit_code) as unit_code,
        coalesce(
            unanswered_files.period_code, guessed_periods.period_code
        ) as period_code,
        concat_ws(
            ' ', substring(unanswered_files.sender, '^[A-Z0-9]+(?:-[A-Z0-9]+)+$'),
            'F-' || unanswered_files.file_id
        ) as subject,
        'F-' || unanswered_files.file_id as item_key,
        'F-' || unanswered_files.file_id as label,
        case unanswered_files.state
            when 'held' then 'mâu thuẫn với lần gửi khác, cần người quyết định'
            else 'bị trả lại (' || coalesce(first_faults.fault_count, 0) || ' lỗi). '
                || concat_ws(': ', first_faults.place, first_faults.message_vi)
        end as line_vi,
        case unanswered_files.state
            when 'held' then 'conflicts with another submission, a person must decide'
            else 'was rejected (faults: ' || coalesce(first_faults.fault_count, 0)
                || '). '
                || concat_ws(': ', first_faults.place, first_faults.message_en)
        end as line_en,
        0 as level,
        exists (
            select 1
            from raw.submissions
            where submissions.file_id = unanswered_files.file_id
                and submissions.form = 'inspections'
        ) as is_confidential
    from unanswered_files
    left join first_faults on unanswered_files.file_id = first_faults.file_id
    left join guessed_periods
        on unanswered_files.sender = guessed_periods.unit_code
        and unanswered_files.unit_code is null
    -- the bloc that the unit was in at the end of the file's period
    left join lateral (
        select unit_blocs.bloc_code
        from unit_blocs
        where unit_blocs.unit_code
            = coalesce(unanswered_files.unit_code, guessed_periods.unit_code)
        order by
            unit_blocs.valid_from <= quality.period_end(
                coalesce(unanswered_files.period_code, guessed_periods.period_code)
            ) desc nulls last,
            unit_blocs.valid_from desc
        limit 1
    ) as units on true
),

-- blocs whose rows the live release has from an earlier one, or has not
kept_blocs as (
    select release_blocs.bloc_code, release_blocs.carried_from_release_id
    from quality.release_blocs
    inner join quality.releases on release_blocs.release_id = releases.release_id
    where releases.state = 'live'
        and release_blocs.outcome in ('carried', 'left_out')
),

of_kept_blocs as (
    select
        'block:' || bloc_code as cause,
        'publish_blocked' as kind,
        'critical' as severity,
        bloc_code,
        null::text as unit_code,
        null::text as period_code,
        bloc_code as subject,
        null::text as item_key, -- follows from the findings: no news of its own
        bloc_code as label,
        coalesce(
            'người đọc vẫn xem số liệu của bản ' || carried_from_release_id,
            'người đọc chưa có số liệu nào'
        ) as line_vi,
        coalesce(
            'readers still see release ' || carried_from_release_id,
            'readers have no figures yet'
        ) as line_en,
        0 as level,
        false as is_confidential
    from kept_blocs
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
            when severity = 'critical' and (
                bloc_code in (select bloc_code from kept_blocs)
                or exists (
                    select 1
                    from quality.releases
                    where state = 'candidate' and audit_outcome = 'critical'
                )
            ) then 'publish_blocked'
            when rule in ('G1', 'G2', 'G3', 'G4') then 'claim_not_met'
            else 'check_failed'
        end as kind,
        severity,
        bloc_code,
        unit_code,
        period_code,
        concat_ws(' ', coalesce(unit_code, bloc_code), period_code) as subject,
        'V-' || violation_id as item_key,
        'V-' || violation_id || ' ' || rule as label,
        message_vi || case
            when left_value is not null and right_value is not null and (
                strpos(message_vi, quality.number_vi(left_value)) = 0
                or strpos(message_vi, quality.number_vi(right_value)) = 0
            ) then ' (' || quality.number_vi(left_value) || ' ≠ '
                || quality.number_vi(right_value) || ')'
            else ''
        end || coalesce('. ' || nullif(cure_vi, ''), '')
        || case when is_closed then
            '. Kỳ đã khóa sổ nên bản đính chính chưa được tính: bloc period reopen '
            || bloc_code || ' ' || period_code || ' --reason …'
            else '' end as line_vi,
        message_en || case
            when left_value is not null and right_value is not null and (
                strpos(message_en, quality.number_en(left_value)) = 0
                or strpos(message_en, quality.number_en(right_value)) = 0
            ) then ' (' || quality.number_en(left_value) || ' ≠ '
                || quality.number_en(right_value) || ')'
            else ''
        end || coalesce('. ' || nullif(cure_en, ''), '')
        || case when is_closed then
            '. The period is closed, so a correction enters no total: bloc period'
            || ' reopen ' || bloc_code || ' ' || period_code || ' --reason …'
            else '' end as line_en,
        0 as level,
        quality.is_confidential(rule, form, subject) as is_confidential
    from quality.violations
    cross join lateral (
        select violations.severity = 'critical' and exists (
            select 1
            from quality.period_closings
            where period_closings.bloc_code = violations.bloc_code
                and period_closings.period_code = violations.period_code
                and period_closings.reopened_at is null
        ) as is_closed
    ) as closing
    where state = 'open' and severity <> 'info' and rule <> 'N1'
),

-- units that are only missing stand together where they are many, or were reminded
-- together before the due day; until the last of them has come
crowds as (
    select missing_returns.bloc_cause
    from missing_returns
    where not exists (
        select 1
        from (
            select cause from of_files
            union all
            select cause from of_violations
        ) as others
        where others.cause = missing_returns.unit_cause
    )
    group by missing_returns.bloc_cause
    having count(distinct missing_returns.unit_code) > %(most_units)s
        or bool_or(missing_returns.is_ahead)
        or bool_or(exists (
            select 1
            from quality.alerts
            where alerts.cause = missing_returns.bloc_cause
                and alerts.closed_at is null
        ))
),

together as (
    select missing_returns.*
    from missing_returns
    inner join crowds on missing_returns.bloc_cause = crowds.bloc_cause
    where is_ahead
        or not exists (
            select 1
            from (
                select cause from of_files
                union all
                select cause from of_violations
            ) as others
            where others.cause = missing_returns.unit_cause
        )
),

-- one line a form
of_missing_blocs as (
    select
        bloc_cause as cause,
        case when bool_and(is_ahead) then 'return_due' else 'return_missing' end
            as kind,
        case
            when bool_and(is_ahead) then 'info'
            when max(level) >= %(last_level)s then 'critical'
            else 'warning'
        end as severity,
        bloc_code,
        null::text as unit_code,
        period_code,
        concat_ws(' ', bloc_code, period_code) as subject,
        'missing:' || form as item_key,
        'N1 ' || coalesce(min(form_code), form) as label,
        min(title_vi) || ', hạn ' || to_char(min(due_on), 'DD/MM/YYYY')
        || case when max(days_over) > 0 then ', quá ' || max(days_over) || ' ngày'
            else '' end
        || ': thiếu ' || count(distinct unit_code)
        || coalesce('/' || max(expected_count), '') || ' đơn vị: '
        || array_to_string(
            (array_agg(distinct unit_code order by unit_code))[:15], ', '
        ) || case when count(distinct unit_code) > 15 then ', …' else '' end
        as line_vi,
        min(title_en) || ', due ' || to_char(min(due_on), 'YYYY-MM-DD')
        || case when max(days_over) > 0
            then ', days since then: ' || max(days_over) else '' end
        || ': units missing: ' || count(distinct unit_code)
        || coalesce(' of ' || max(expected_count), '')
        as line_en,
        max(level) as level,
        false as is_confidential
    from together
    group by bloc_cause, bloc_code, period_code, form
),

of_missing_units as (
    select
        unit_cause as cause,
        'return_missing' as kind,
        case when level >= %(last_level)s then 'critical' else 'warning' end
            as severity,
        bloc_code,
        unit_code,
        period_code,
        concat_ws(' ', unit_code, period_code) as subject,
        'missing:' || form as item_key,
        concat_ws(' ', 'V-' || violation_id, 'N1') as label,
        coalesce(
            message_vi, 'Quá hạn mà chưa có báo cáo hợp lệ: ' || title_vi
        ) || coalesce(
            '. Hạn ' || to_char(due_on, 'DD/MM/YYYY') || ', quá ' || days_over
            || ' ngày', ''
        ) as line_vi,
        coalesce(message_en, 'Overdue, and no valid return: ' || title_en)
        || coalesce(
            '. Due ' || to_char(due_on, 'YYYY-MM-DD') || ', days since then: '
            || days_over, ''
        ) as line_en,
        level,
        false as is_confidential
    from missing_returns
    where not is_ahead
        and not exists (
            select 1
            from together
            where together.unit_cause = missing_returns.unit_cause
                and together.form = missing_returns.form
        )
),

of_releases as (
    select
        concat_ws(
            ':', 'override', releases.release_id, release_blocs.bloc_code
        ) as cause,
        'publish_overridden' as kind,
        'warning' as severity,
        release_blocs.bloc_code,
        null::text as unit_code,
        null::text as period_code,
        concat_ws(
            ' ', 'release', releases.release_id, release_blocs.bloc_code
        ) as subject,
        'R-' || releases.release_id as item_key,
        'R-' || releases.release_id as label,
        coalesce(release_blocs.decided_by, releases.published_by) || ': '
        || coalesce(release_blocs.reason, releases.publish_reason, '') as line_vi,
        coalesce(release_blocs.decided_by, releases.published_by) || ': '
        || coalesce(release_blocs.reason, releases.publish_reason, '') as line_en,
        0 as level,
        false as is_confidential
    from quality.releases
    left join quality.release_blocs
        on releases.release_id = release_blocs.release_id
        and release_blocs.outcome = 'overridden'
    where releases.state = 'live' and releases.is_overridden
),

of_failures as (
    select
        'pipeline:' || pipeline as cause,
        'pipeline_failed' as kind,
        'critical' as severity,
        null::text as bloc_code,
        null::text as unit_code,
        null::text as period_code,
        pipeline as subject,
        'step:' || step as item_key,
        step as label,
        'lỗi ' || failure_count || ' lần, gần nhất ở lượt chạy ' || run || ': ' || error
            as line_vi,
        'failed (' || failure_count || '), last in run ' || run || ': ' || error
            as line_en,
        0 as level,
        false as is_confidential
    from quality.failures
    where recovered_at is null
),

waiting_items as (
    select
        waiting_work.item,
        waiting_work.since,
        case waiting_work.item
            when 'pending' then waiting_work.item_count || ' tệp chờ được đọc'
            when 'files' then waiting_work.item_count
                || ' tệp đã đọc chờ được tổng hợp'
            when 'release' then 'bản dựng ' || waiting_work.release_id
                || ' chờ được kiểm tra và công bố'
            else words.vi || ' chờ được tổng hợp'
        end as line_vi,
        case waiting_work.item
            when 'pending' then 'files that wait to be read: ' || waiting_work.item_count
            when 'files' then 'files that were read and wait for a build: '
                || waiting_work.item_count
            when 'release' then 'build ' || waiting_work.release_id
                || ' waits for its audit and to be published'
            else words.en || ' wait for a build'
        end as line_en
    from waiting_work
    left join (
        values
        ('periods', 'kỳ được mở lại', 're-opened periods'),
        ('holds', 'số liệu bị tạm giữ', 'held figures'),
        ('lists', 'danh mục đã áp dụng', 'applied lists')
    ) as words (item, vi, en) on waiting_work.item = words.item
),

of_waiting as (
    select
        'stale:' as cause,
        'warehouse_stale' as kind,
        'critical' as severity,
        null::text as bloc_code,
        null::text as unit_code,
        null::text as period_code,
        'kho dữ liệu' as subject,
        'stale:' || item as item_key,
        item as label,
        line_vi || ' quá ' || %(stale_hours)s::integer || ' giờ' as line_vi,
        line_en || ', for more than ' || %(stale_hours)s::integer || ' h' as line_en,
        0 as level,
        false as is_confidential
    from waiting_items
    where since < clock_timestamp() - make_interval(hours => %(stale_hours)s)
),

-- down from the day on which it was given up until something arrives again
of_channels as (
    select
        'channel:' || channel as cause,
        'channel_down' as kind,
        'warning' as severity,
        null::text as bloc_code,
        null::text as unit_code,
        null::text as period_code,
        channel as subject,
        'channel' as item_key,
        channel as label,
        count(*) filter (where state = 'given_up') || ' tin không gửi được: '
            || max(error) filter (where state = 'given_up') as line_vi,
        'messages given up: ' || count(*) filter (where state = 'given_up') || '. '
            || max(error) filter (where state = 'given_up') as line_en,
        0 as level,
        false as is_confidential
    from quality.deliveries
    where %(channels)s::text[] is null or channel = any(%(channels)s)
    group by channel
    having max(attempted_at) filter (where state = 'given_up')
        > coalesce(max(sent_at), '-infinity')
),

items as (
    select
        cause, kind, severity, bloc_code, unit_code, period_code, subject, item_key,
        label, line_vi, line_en, level, is_confidential
    from of_files
    union all
    select * from of_kept_blocs
    union all
    select * from of_violations
    union all
    select * from of_missing_units
    union all
    select * from of_missing_blocs
    union all
    select * from of_releases
    union all
    select * from of_failures
    union all
    select * from of_waiting
    union all
    select * from of_channels
),

kinds (kind, rank, title_vi, title_en) as (
    values
    ('pipeline_failed', 1, 'Quy trình bị lỗi', 'Pipeline failed'),
    ('warehouse_stale', 2, 'Kho dữ liệu không cập nhật', 'Warehouse is stale'),
    ('publish_blocked', 3, 'Chưa công bố được', 'Publishing is blocked'),
    ('file_rejected', 4, 'Tệp bị trả lại', 'File rejected'),
    ('file_held', 5, 'Tệp tạm giữ', 'File held'),
    ('figures_held', 6, 'Số liệu tạm giữ', 'Figures held'),
    ('return_missing', 7, 'Thiếu báo cáo quá hạn', 'Return overdue'),
    ('claim_not_met', 8, 'Không khớp số đã công bố', 'Published figure not met'),
    ('publish_overridden', 9, 'Công bố có ngoại lệ', 'Publishing was overridden'),
    ('check_failed', 10, 'Cần xem lại', 'Check failed'),
    ('return_due', 11, 'Sắp đến hạn báo cáo', 'Returns fall due'),
    ('channel_down', 12, 'Kênh báo tin hỏng', 'Channel is down')
),

ranked as (
    select
        items.*,
        items.label || ': ' || items.line_vi as full_vi,
        items.label || ': ' || items.line_en as full_en,
        case when items.is_confidential
            then split_part(items.label, ' ', 1) || ': số liệu kỷ luật, không hiển thị ở đây'
            else items.label || ': ' || items.line_vi
        end as public_vi,
        case when items.is_confidential
            then split_part(items.label, ' ', 1) || ': discipline figures, not shown here'
            else items.label || ': ' || items.line_en
        end as public_en,
        kinds.rank,
        kinds.title_vi,
        kinds.title_en,
        row_number() over (
            partition by items.cause
            order by kinds.rank, items.line_en, items.item_key
        ) as line_number,
        count(*) over (partition by items.cause) as line_count
    from items
    inner join kinds on items.kind = kinds.kind
),

causes as (
    select
        cause,
        (array_agg(kind order by rank))[1] as kind,
        case
            when bool_or(severity = 'critical') then 'critical'
            when bool_or(severity = 'warning') then 'warning'
            else 'info'
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
        coalesce(
            array_agg(distinct item_key order by item_key) filter (
                where item_key is not null
            ),
            '{}'
        ) as item_keys,
        max(level) as level,
        string_agg(full_vi, E'\n' order by line_number) filter (
            where line_number <= 12
        ) as lines_vi,
        string_agg(full_en, E'\n' order by line_number) filter (
            where line_number <= 12
        ) as lines_en,
        string_agg(public_vi, E'\n' order by line_number) filter (
            where line_number <= 12
        ) as public_lines_vi,
        string_agg(public_en, E'\n' order by line_number) filter (
            where line_number <= 12
        ) as public_lines_en,
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
    left join bloc_successors
        on causes.bloc_code = bloc_successors.bloc_code
        and violations.bloc_code = bloc_successors.successor_bloc_code
    where causes.kind in (
        'file_rejected', 'file_held', 'figures_held', 'return_missing'
    )
        and (
            violations.bloc_code = causes.bloc_code
            or bloc_successors.bloc_code is not null
        )
    group by causes.cause
),

framed as (
    select
        causes.*,
        causes.title_vi || ': ' || causes.subject || E'\n' as head_vi,
        causes.title_en || ': ' || causes.subject || E'\n' as head_en,
        case when causes.more_count > 0
            then E'\n… và ' || causes.more_count || ' mục nữa' else '' end
        || coalesce(E'\nChờ số liệu này: ' || waiting.claims, '') as foot_vi,
        case when causes.more_count > 0
            then E'\n… and ' || causes.more_count || ' more' else '' end
        || coalesce(E'\nWaiting for it: ' || waiting.claims, '') as foot_en
    from causes
    left join waiting on causes.cause = waiting.cause
),

wanted as (
    select
        cause,
        kind,
        severity,
        bloc_code,
        unit_code,
        period_code,
        subject,
        head_vi || lines_vi || foot_vi as text_vi,
        head_en || lines_en || foot_en as text_en,
        head_vi || public_lines_vi || foot_vi as public_vi,
        head_en || public_lines_en || foot_en as public_en,
        item_keys,
        level
    from framed
),

before as (
    select alert_id, cause, severity, item_keys, level
    from quality.alerts
    where closed_at is null
),

opened as (
    insert into quality.alerts (
        cause, kind, severity, bloc_code, unit_code, period_code, subject, text_vi,
        text_en, public_vi, public_en, item_keys, level
    )
    select *
    from wanted
    where cause not in (select cause from before)
    order by cause
    returning alerts.*
),

changed as (
    update quality.alerts set
        kind = wanted.kind,
        severity = wanted.severity,
        bloc_code = wanted.bloc_code,
        unit_code = wanted.unit_code,
        period_code = wanted.period_code,
        subject = wanted.subject,
        text_vi = wanted.text_vi,
        text_en = wanted.text_en,
        public_vi = wanted.public_vi,
        public_en = wanted.public_en,
        item_keys = wanted.item_keys,
        level = wanted.level,
        changed_at = clock_timestamp()
    from wanted
    where alerts.cause = wanted.cause
        and alerts.closed_at is null
        and (
            alerts.kind, alerts.severity, alerts.bloc_code, alerts.text_vi,
            alerts.public_vi, alerts.item_keys, alerts.level
        ) is distinct from (
            wanted.kind, wanted.severity, wanted.bloc_code, wanted.text_vi,
            wanted.public_vi, wanted.item_keys, wanted.level
        )
    returning alerts.*
),

closed as (
    update quality.alerts set closed_at = clock_timestamp()
    where closed_at is null
        and not exists (select 1 from wanted where wanted.cause = alerts.cause)
    returning alerts.*
),

-- what has something to say; the rest changes in silence
told as (
    select opened.*, 'opened' as event from opened
    union all
    select
        changed.*,
        case
            when changed.level > before.level then 'overdue'
            when not changed.item_keys <@ before.item_keys
                or array_position(array['info', 'warning', 'critical'], changed.severity)
                > array_position(array['info', 'warning', 'critical'], before.severity)
                then 'worsened'
        end
    from changed
    inner join before on changed.alert_id = before.alert_id
    union all
    select
        closed.*,
        case when not exists ( -- its units stand in their bloc's alert now
            select 1 from together where together.unit_cause = closed.cause
        ) then 'closed' end
    from closed
),

-- what nobody was told yet is told as it is now: one message, not a new and a worse one
amended as (
    update quality.alert_events set
        severity = told.severity,
        text_vi = told.text_vi,
        text_en = told.text_en,
        public_vi = told.public_vi,
        public_en = told.public_en
    from told
    where alert_events.alert_id = told.alert_id
        and alert_events.routed_at is null
        and coalesce(told.event, 'worsened') = 'worsened'
        and told.closed_at is null
    returning alert_events.alert_id
),

-- and what was over before anybody was told is not told at all
dropped as (
    update quality.alert_events set routed_at = clock_timestamp()
    from closed
    where alert_events.alert_id = closed.alert_id
        and alert_events.routed_at is null
),

-- of what is over the lines say how it was
said as (
    insert into quality.alert_events (
        alert_id, event, severity, text_vi, text_en, public_vi, public_en
    )
    select
        alert_id,
        event,
        severity,
        case when event = 'closed'
            then regexp_replace(text_vi, E'\n', E'\nTrước đó:\n') else text_vi end,
        case when event = 'closed'
            then regexp_replace(text_en, E'\n', E'\nIt was:\n') else text_en end,
        case when event = 'closed'
            then regexp_replace(public_vi, E'\n', E'\nTrước đó:\n') else public_vi end,
        case when event = 'closed'
            then regexp_replace(public_en, E'\n', E'\nIt was:\n') else public_en end
    from told
    where event is not null
        and alert_id not in (select alert_id from amended)
    order by alert_id
)

select
    case
        when event in ('opened', 'closed') then event
        when closed_at is not null then 'closed'
        else 'changed'
    end as change,
    kind,
    subject
from told
