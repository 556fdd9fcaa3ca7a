-- Kinds file_rejected and file_held: a file that no later file of the same returns
-- answers.

-- one row per file, unit and period; a file that does not say whose it is belongs to
-- its sender's only missing period
create view quality.alert_unanswered_files as
with unanswered as (
    select distinct
        files.file_id,
        files.sender,
        files.state,
        submissions.unit_code,
        submissions.period_code
    from raw.files
    left join raw.submissions
        on files.file_id = submissions.file_id
            and submissions.unit_code is not null
            and submissions.period_code is not null
    where files.state in ('rejected', 'held')
        -- two questions, each by what is equal: by unit and period, else by sender
        and not exists (
            select 1
            from raw.submissions as later
            inner join raw.files as newer on later.file_id = newer.file_id
            where submissions.form = later.form
                and submissions.unit_code = later.unit_code
                and submissions.period_code = later.period_code
                -- a duplicate beside what counts says again what already counts
                and (
                    later.state in ('accepted', 'superseded')
                    or later.state = 'duplicate'
                    and newer.state in ('accepted', 'superseded')
                )
                and (newer.received_at, newer.written_at, newer.file_id)
                > (files.received_at, files.written_at, files.file_id)
        )
        and not exists (
            select 1
            from raw.files as newer
            where submissions.submission_id is null
                and files.sender = newer.sender
                and newer.state in ('accepted', 'superseded')
                and (newer.received_at, newer.written_at, newer.file_id)
                > (files.received_at, files.written_at, files.file_id)
        )
),

only_missing_periods as (
    select
        unit_code,
        min(period_code) as period_code
    from quality.returns_missing
    where not is_ahead
    group by unit_code
    having count(distinct period_code) = 1
)

select
    case
        when only_missing_periods.unit_code is not null
            then 'return:' || only_missing_periods.unit_code || ':'
                || only_missing_periods.period_code
        when unanswered.unit_code is not null
            then 'return:' || unanswered.unit_code || ':' || unanswered.period_code
        else 'file:' || unanswered.file_id
    end as cause,
    unanswered.file_id,
    unanswered.sender,
    unanswered.state,
    coalesce(unanswered.unit_code, only_missing_periods.unit_code) as unit_code,
    coalesce(unanswered.period_code, only_missing_periods.period_code) as period_code
from unanswered
left join only_missing_periods
    on unanswered.sender = only_missing_periods.unit_code
        and unanswered.unit_code is null;

-- neither a file's name nor an unknown sender's stands in the text: either may be a
-- person's.
create view quality.alert_cause_files as
with unanswered as (
    select * from quality.alert_unanswered_files
),

first_faults as (
    select distinct on (faults.file_id)
        faults.file_id,
        faults.message_vi,
        faults.message_en,
        nullif(
            concat_ws(
                ' ', faults.sheet || coalesce('!' || faults.cell, ''), faults.rule
            ),
            ''
        ) as place,
        count(*) over (partition by faults.file_id) as fault_count
    from raw.faults
    where faults.severity = 'error'
        and faults.file_id in (select unanswered.file_id from unanswered)
    order by faults.file_id, faults.fault_id
)

select
    unanswered.cause,
    'file_' || unanswered.state as kind,
    'warning' as severity,
    -- the bloc that the unit was in at the end of the file's period
    quality.bloc_of_unit(
        unanswered.unit_code, quality.period_end(unanswered.period_code)
    ) as bloc_code,
    unanswered.unit_code,
    unanswered.period_code,
    concat_ws(
        ' ',
        substring(unanswered.sender, '^[A-Z0-9]+(?:-[A-Z0-9]+)+$'),
        'F-' || unanswered.file_id
    ) as subject,
    'F-' || unanswered.file_id as item_key,
    'F-' || unanswered.file_id as item_name,
    case unanswered.state
        when 'held' then 'mâu thuẫn với lần gửi khác, cần người quyết định'
        else 'bị trả lại (' || coalesce(first_faults.fault_count, 0) || ' lỗi). '
            || concat_ws(': ', first_faults.place, first_faults.message_vi)
    end as line_vi,
    case unanswered.state
        when 'held' then 'conflicts with another submission, a person must decide'
        else 'was rejected (faults: ' || coalesce(first_faults.fault_count, 0) || '). '
            || concat_ws(': ', first_faults.place, first_faults.message_en)
    end as line_en,
    0 as overdue_level,
    exists(
        select 1
        from raw.submissions
        where submissions.file_id = unanswered.file_id
            and submissions.form = 'inspections'
    ) as is_confidential
from unanswered
left join first_faults on unanswered.file_id = first_faults.file_id;
