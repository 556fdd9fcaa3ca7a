-- one active hold per unit, form, period and rule that the run found contradictory
insert into quality.holds (
    stage, unit_code, form, period_code, rule, submission_id, cause_vi, cause_en
)
select
    %(stage)s as stage,
    findings.unit_code,
    coalesce(held.form, findings.form) as form,
    findings.period_code,
    findings.rule,
    min(submissions.submission_id) as submission_id,
    string_agg(
        distinct findings.message_vi || '. ' || findings.cure_vi, e'\n'
    ) as cause_vi,
    string_agg(
        distinct findings.message_en || '. ' || findings.cure_en, e'\n'
    ) as cause_en
from quality.findings
inner join unnest(%(rules)s::text[], %(forms)s::text[]) as held (rule, form)
    on findings.rule = held.rule
left join intermediate.int_submissions_current as submissions
    on findings.unit_code = submissions.unit_code
        and findings.period_code = submissions.period_code
        and coalesce(held.form, findings.form) = submissions.form
where findings.run_id = %(run_id)s
    and findings.severity = 'critical'
    and findings.unit_code is not null
    and findings.period_code is not null
    and coalesce(held.form, findings.form) is not null
    -- the figures of a closed period stay as they were closed
    and not exists (
        select 1
        from quality.returns_closed_now as closed
        where closed.unit_code = findings.unit_code
            and closed.form = coalesce(held.form, findings.form)
            and closed.period_code = findings.period_code
    )
group by
    findings.unit_code, coalesce(held.form, findings.form), findings.period_code,
    findings.rule
on conflict (unit_code, form, period_code, rule) where released_at is null
do update set
    submission_id = excluded.submission_id,
    cause_vi = excluded.cause_vi,
    cause_en = excluded.cause_en,
    -- another contradiction, or another version: the sender hears of it again
    told_at = case
        when (holds.cause_vi, holds.submission_id)
            is not distinct from (excluded.cause_vi, excluded.submission_id)
            then holds.told_at
    end
