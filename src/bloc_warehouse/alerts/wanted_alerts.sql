-- What should be open now, worked out from the record and never from logs. A cause is
-- one thing that somebody can put right:
--   a unit's returns of a period (file rejected or held, figures held, returns missing,
--   warnings), the units of a bloc that are missing together, a bloc's critical
--   findings, a bloc's published figures of a period, a failed step, a channel, ...
-- so a rejected workbook, the returns that are missing for it and the totals that wait
-- for them are one alert. Each alert keeps its items: one more is worse, one less not.

create view quality.alert_items as
select
    cause,
    kind,
    severity,
    bloc_code,
    unit_code,
    period_code,
    subject,
    item_key,
    item_name,
    line_vi,
    line_en,
    overdue_level,
    is_confidential
from quality.alert_cause_files
union all
-- the causes' views all have these columns, in this order
select * from quality.alert_cause_blocked_blocs -- noqa: AM04
union all
select * from quality.alert_cause_findings
union all
select * from quality.alert_cause_missing_of_units
union all
select * from quality.alert_cause_missing_of_blocs
union all
select * from quality.alert_cause_overridden_releases
union all
select * from quality.alert_cause_failed_steps
union all
select * from quality.alert_cause_waiting_work
union all
select * from quality.alert_cause_broken_channels;

-- an alert of several kinds has the title of the first
create view quality.alert_kinds (kind, rank, title_vi, title_en) as
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
('channel_down', 12, 'Kênh báo tin hỏng', 'Channel is down');

-- each item's line in full, and as those may read it who may not see discipline
create view quality.alert_lines as
select
    items.*, -- noqa: AM04
    kinds.rank,
    kinds.title_vi,
    kinds.title_en,
    items.item_name || ': ' || items.line_vi as full_vi,
    items.item_name || ': ' || items.line_en as full_en,
    case when items.is_confidential
            then split_part(items.item_name, ' ', 1)
                || ': số liệu kỷ luật, không hiển thị ở đây'
        else items.item_name || ': ' || items.line_vi
    end as public_vi,
    case when items.is_confidential
            then split_part(items.item_name, ' ', 1)
                || ': discipline figures, not shown here'
        else items.item_name || ': ' || items.line_en
    end as public_en,
    row_number() over (
        partition by items.cause
        order by kinds.rank, items.line_en, items.item_key
    ) as line_number,
    count(*) over (partition by items.cause) as line_count
from quality.alert_items as items
inner join quality.alert_kinds as kinds on items.kind = kinds.kind;

-- one row per cause; a text has 12 lines and says how many more there are
create view quality.alert_causes as
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
    max(overdue_level) as overdue_level,
    string_agg(full_vi, e'\n' order by line_number) filter (
        where line_number <= 12
    ) as lines_vi,
    string_agg(full_en, e'\n' order by line_number) filter (
        where line_number <= 12
    ) as lines_en,
    string_agg(public_vi, e'\n' order by line_number) filter (
        where line_number <= 12
    ) as public_lines_vi,
    string_agg(public_en, e'\n' order by line_number) filter (
        where line_number <= 12
    ) as public_lines_en,
    max(line_count) - 12 as more_count
from quality.alert_lines
group by cause;

-- the alerts' texts: a head, the lines, and the totals and claims that wait for the
-- missing figures
create view quality.alerts_wanted as
with causes as (
    select * from quality.alert_causes
),

waiting as (
    select
        causes.cause,
        string_agg(
            distinct violations.subject, ', ' order by violations.subject
        ) as claims
    from causes
    inner join quality.violations
        on coalesce(violations.period_code, causes.period_code) = causes.period_code
    left join reference.ref_blocs as successors
        on causes.bloc_code = successors.bloc_code
            and violations.bloc_code = successors.successor_bloc_code
    where violations.rule = 'G-incomplete'
        and violations.state = 'open'
        and causes.kind in (
            'file_rejected', 'file_held', 'figures_held', 'return_missing'
        )
        and (
            violations.bloc_code = causes.bloc_code
            or successors.bloc_code is not null
        )
    group by causes.cause
),

framed as (
    select
        causes.*,
        causes.title_vi || ': ' || causes.subject || e'\n' as head_vi,
        causes.title_en || ': ' || causes.subject || e'\n' as head_en,
        case when causes.more_count > 0
                then e'\n… và ' || causes.more_count || ' mục nữa'
            else ''
        end
        || coalesce(e'\nChờ số liệu này: ' || waiting.claims, '') as foot_vi,
        case when causes.more_count > 0
                then e'\n… and ' || causes.more_count || ' more'
            else ''
        end
        || coalesce(e'\nWaiting for it: ' || waiting.claims, '') as foot_en
    from causes
    left join waiting on causes.cause = waiting.cause
)

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
    overdue_level
from framed;
