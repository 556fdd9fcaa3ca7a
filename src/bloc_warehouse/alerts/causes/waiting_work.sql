-- Kind warehouse_stale: something came in and has not reached readers for hours.

create view quality.alert_cause_waiting_work as
with described as (
    select
        waiting_work.item,
        waiting_work.since,
        case waiting_work.item
            when 'pending' then waiting_work.item_count || ' tệp chờ được đọc'
            when 'files'
                then waiting_work.item_count
                    || ' tệp đã đọc chờ được tổng hợp'
            when 'release'
                then 'bản dựng ' || waiting_work.release_id
                    || ' chờ được kiểm tra và công bố'
            else words.vi || ' chờ được tổng hợp'
        end as line_vi,
        case waiting_work.item
            when 'pending'
                then 'files that wait to be read: '
                    || waiting_work.item_count
            when 'files'
                then 'files that were read and wait for a build: '
                    || waiting_work.item_count
            when 'release'
                then 'build ' || waiting_work.release_id
                    || ' waits for its audit and to be published'
            else words.en || ' wait for a build'
        end as line_en
    from quality.waiting_work
    left join (
        values
        ('periods', 'kỳ được mở lại', 're-opened periods'),
        ('holds', 'số liệu bị tạm giữ', 'held figures'),
        ('lists', 'danh mục đã áp dụng', 'applied lists')
    ) as words (item, vi, en)
        on waiting_work.item = words.item
)

select
    'stale:' as cause,
    'warehouse_stale' as kind,
    'critical' as severity,
    null::text as bloc_code,
    null::text as unit_code,
    null::text as period_code,
    'kho dữ liệu' as subject,
    'stale:' || described.item as item_key,
    described.item as item_name,
    described.line_vi || ' quá ' || alert_settings.stale_hours || ' giờ' as line_vi,
    described.line_en || ', for more than ' || alert_settings.stale_hours || ' h'
        as line_en,
    0 as overdue_level,
    false as is_confidential
from described
cross join quality.alert_settings
where described.since
    < clock_timestamp() - make_interval(hours => alert_settings.stale_hours);
