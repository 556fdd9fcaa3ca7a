-- Kind pipeline_failed: a step failed, and has not ended well since.

create view quality.alert_cause_failed_steps as
select
    'pipeline:' || pipeline as cause,
    'pipeline_failed' as kind,
    'critical' as severity,
    null::text as bloc_code,
    null::text as unit_code,
    null::text as period_code,
    pipeline as subject,
    'step:' || step as item_key,
    step as item_name,
    'lỗi ' || failure_count || ' lần, gần nhất ở lượt chạy ' || run || ': ' || error
        as line_vi,
    'failed (' || failure_count || '), last in run ' || run || ': ' || error as line_en,
    0 as overdue_level,
    false as is_confidential
from quality.failures
where recovered_at is null;
