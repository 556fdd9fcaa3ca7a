-- Kinds figures_held, publish_blocked, claim_not_met and check_failed: what a rule
-- found and nobody has put right, explained or accepted. Missing returns (N1) have
-- causes of their own.

create view quality.alert_findings as
select
    violations.violation_id,
    violations.stage,
    violations.rule,
    violations.severity,
    violations.bloc_code,
    violations.unit_code,
    violations.form,
    violations.period_code,
    violations.subject,
    violations.left_value,
    violations.right_value,
    violations.message_vi,
    violations.message_en,
    violations.cure_vi,
    violations.cure_en,
    case
        when violations.unit_code is not null and violations.period_code is not null
            and (violations.severity <> 'critical' or violations.stage = 'cross_check')
            then 'return:' || violations.unit_code || ':' || violations.period_code
        when violations.severity = 'critical'
            then 'block:' || coalesce(violations.bloc_code, '')
        when violations.rule in ('G1', 'G2', 'G3', 'G4')
            then 'claims:' || violations.bloc_code || ':'
                || coalesce(violations.period_code, '')
        else 'check:' || violations.rule || ':' || coalesce(violations.bloc_code, '')
            || ':' || coalesce(violations.period_code, '')
    end as cause,
    violations.severity = 'critical' and exists (
        select 1
        from quality.period_closings
        where period_closings.bloc_code = violations.bloc_code
            and period_closings.period_code = violations.period_code
            and period_closings.reopened_at is null
    ) as is_in_closed_period
from quality.violations
where violations.state = 'open'
    and violations.severity <> 'info'
    and violations.rule <> 'N1';

-- the two figures that contradict, where the message does not say both
create or replace function quality.contradiction(
    message text, left_text text, right_text text
)
returns text language sql immutable parallel safe
return case
    when strpos(message, left_text) = 0 or strpos(message, right_text) = 0
        then ' (' || left_text || ' ≠ ' || right_text || ')'
    else ''
end;

create view quality.alert_cause_findings as
select
    findings.cause,
    case
        when findings.severity = 'critical' and findings.stage = 'cross_check'
            then 'figures_held'
        -- published in spite of it, it blocks no more, and is still wrong
        when findings.severity = 'critical' and (
                findings.bloc_code in (
                    select blocked.bloc_code from quality.alert_blocked_blocs as blocked
                )
                or exists (
                    select 1
                    from quality.releases
                    where releases.state = 'candidate'
                        and releases.audit_outcome = 'critical'
                )
            ) then 'publish_blocked'
        when findings.rule in ('G1', 'G2', 'G3', 'G4') then 'claim_not_met'
        else 'check_failed'
    end as kind,
    findings.severity,
    findings.bloc_code,
    findings.unit_code,
    findings.period_code,
    concat_ws(
        ' ', coalesce(findings.unit_code, findings.bloc_code), findings.period_code
    ) as subject,
    'V-' || findings.violation_id as item_key,
    'V-' || findings.violation_id || ' ' || findings.rule as item_name,
    findings.message_vi || case
        when findings.left_value is not null and findings.right_value is not null
            then quality.contradiction(
                    findings.message_vi,
                    quality.number_vi(findings.left_value),
                    quality.number_vi(findings.right_value)
                )
        else ''
    end || coalesce('. ' || nullif(findings.cure_vi, ''), '') || case
        when findings.is_in_closed_period
            then '. Kỳ đã khóa sổ nên bản đính chính chưa được tính: bloc period'
                || ' reopen ' || findings.bloc_code || ' ' || findings.period_code
                || ' --reason …'
        else ''
    end as line_vi,
    findings.message_en || case
        when findings.left_value is not null and findings.right_value is not null
            then quality.contradiction(
                    findings.message_en,
                    quality.number_en(findings.left_value),
                    quality.number_en(findings.right_value)
                )
        else ''
    end || coalesce('. ' || nullif(findings.cure_en, ''), '') || case
        when findings.is_in_closed_period
            then '. The period is closed, so a correction enters no total: bloc period'
                || ' reopen ' || findings.bloc_code || ' ' || findings.period_code
                || ' --reason …'
        else ''
    end as line_en,
    0 as overdue_level,
    quality.is_confidential(
        findings.rule, findings.form, findings.subject
    ) as is_confidential
from quality.alert_findings as findings;
