update quality.runs set
    finished_at = clock_timestamp(),
    critical_count = counted.critical_count,
    warning_count = counted.warning_count,
    info_count = counted.info_count,
    report = %(report)s
from (
    select
        count(*) filter (where severity = 'critical') as critical_count,
        count(*) filter (where severity = 'warning') as warning_count,
        count(*) filter (where severity = 'info') as info_count
    from quality.findings
    where run_id = %(run_id)s
) as counted
where runs.run_id = %(run_id)s
