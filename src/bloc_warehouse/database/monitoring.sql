-- Functions and triggers of the quality schema, and the monitoring views over it. Run by
-- `prepare` as role ingest, after the tables' versions; the monitoring views were dropped.

create or replace function quality.log_violation() returns trigger
language plpgsql as $$
begin
    insert into quality.violation_events (
        violation_id, event, run_id, left_value, right_value, by_whom, note
    )
    values (
        new.violation_id,
        case
            when old is null then 'opened'
            when new.state = old.state then 'changed'
            when new.state <> 'open' then new.state
            when old.state = 'explained' then 'lapsed'
            when old.state = 'accepted' then 'acceptance_ended'
            else 'reopened'
        end,
        new.last_run_id,
        new.left_value,
        new.right_value,
        case new.state
            when 'explained' then new.explained_by
            when 'accepted' then new.accepted_by
        end,
        case new.state
            when 'explained' then new.explanation
            when 'accepted' then new.accepted_reason
            when 'resolved' then 'S-' || new.resolving_submission_id
        end
    );
    return null;
end
$$;
create or replace trigger violation_born after insert on quality.violations
for each row execute function quality.log_violation();
create or replace trigger violation_moved after update on quality.violations
for each row when (
    (old.state, old.left_value, old.right_value)
    is distinct from (new.state, new.left_value, new.right_value)
) execute function quality.log_violation();

-- whether a finding's figures are counts of discipline, which only the office may read:
-- where they are small they name persons
create or replace function quality.is_confidential(
    of_rule text, of_form text, of_subject text
)
returns boolean language sql stable parallel safe
security definer set search_path = '' -- readers of monitoring may not read the rules
return coalesce(of_form = 'inspections', false)
    or of_subject is not distinct from 'members_disciplined' -- a bloc's total
    or of_rule in ('C2', 'T4-membership')
    -- a hold names no subject, so the rules over every flow are withheld there as a whole
    or (
        of_form = 'membership'
        and coalesce(
            of_subject ~ '^dec_(expelled|struck_off|resigned|other)',
            of_rule in ('P3', 'P4')
        )
    )
    or exists (
        select 1 from quality.rules where rule = of_rule and suite = 'fct_discipline'
    );

create or replace view quality.returns_closed_now as
select
    closed_returns.unit_code, closed_returns.form, closed_returns.period_code
from quality.closed_returns
inner join quality.period_closings
    on closed_returns.closing_id = period_closings.closing_id
where period_closings.reopened_at is null;

-- the bloc of a return: that of its unit's last span begun by the period's end
create or replace function quality.bloc_of_return(of_unit text, of_period text)
returns text language plpgsql stable as $$ -- the lists are loaded after this is made
begin
    return (
        select spans.bloc_code
        from reference.ref_unit_spans as spans
        inner join reference.ref_periods as periods
            on spans.valid_from <= periods.period_end
        where spans.unit_code = of_unit and periods.period_code = of_period
        order by spans.valid_from desc
        limit 1
    );
end $$;

-- 2024-H1 → 2024-06-30, 2024-T02 → 2024-02-29; null for what is no period
create or replace function quality.period_end(period_code text) returns date
language sql immutable parallel safe
return ((
    left(period_code, 4) || '-' || case substr(period_code, 6)
        when 'Q1' then '03'
        when 'H1' then '06' when 'Q2' then '06'
        when 'M9' then '09' when 'Q3' then '09'
        when 'Y' then '12' when 'Q4' then '12'
        else substring(period_code from '^.{5}T(0[1-9]|1[0-2])$')
    end || '-01'
)::date + interval '1 month - 1 day')::date;

-- 17694 → 17.694; 15.16 → 15,16; null → không có
create or replace function quality.number_vi(value numeric) returns text
language sql immutable parallel safe
return coalesce(
    translate(
        rtrim(to_char(value, 'FM999,999,999,999,990.9999'), '.'), ',.', '.,'
    ),
    'không có'
);

-- 17694 → 17694; 15.1600 → 15.16; null → missing
create or replace function quality.number_en(value numeric) returns text
language sql immutable parallel safe
return coalesce(trim_scale(value)::text, 'missing');

-- a message with the finding's own words in the places that are left for them
create or replace function quality.filled(
    message text,
    finding jsonb,
    subject text,
    form_title text,
    left_text text,
    right_text text
) returns text
language sql immutable parallel safe
return replace(replace(replace(replace(replace(replace(replace(
    message,
    '{form}', coalesce(form_title, finding ->> 'form', '')),
    '{left}', left_text),
    '{right}', right_text),
    '{subject}', coalesce(subject, finding ->> 'subject', '')),
    '{bloc}', coalesce(finding ->> 'bloc_code', '')),
    '{unit}', coalesce(finding ->> 'unit_code', '')),
    '{period}', coalesce(finding ->> 'period_code', '')
);

---------- monitoring: over quality and raw.files only, never over marts; each reader
---------- sees the rows of its blocs and units (readers.sql). A reader's own condition may
---------- not be tried on others' rows, for an error would tell of them. So all views are
---------- barriers; and as a barrier lets conditions through that compare by leakproof
---------- operators and fail elsewhere, those that choose rows end in "offset 0", which
---------- lets none through

create view monitoring.files_by_state with (security_barrier) as
select
    states.state,
    count(files.file_id) as file_count,
    max(files.registered_at) as last_registered_at
from unnest(array[
    'pending', 'accepted', 'rejected', 'held', 'duplicate', 'superseded', 'withdrawn'
]) with ordinality as states (state, state_order)
left join raw.files on states.state = files.state
group by states.state, states.state_order
order by states.state_order;

create view monitoring.violations with (security_barrier) as
select
    violation_id, stage,
    -- which rule fails tells that there is somebody: it is withheld with the figures
    case when not masked.is_confidential then rule end as rule,
    severity, bloc_code, unit_code, form, period_code,
    case when not masked.is_confidential then subject end as subject,
    case when not masked.is_confidential then left_value end as left_value,
    case when not masked.is_confidential then right_value end as right_value,
    case when masked.is_confidential then 'Số liệu kỷ luật, không hiển thị ở đây'
        else message_vi end as message_vi,
    case when masked.is_confidential then 'Discipline figures, not shown here'
        else message_en end as message_en,
    case when not masked.is_confidential then cure_vi end as cure_vi,
    case when not masked.is_confidential then cure_en end as cure_en,
    state, first_seen, opened_at, last_seen, resolved_at, reopened_count,
    case when not masked.is_confidential then explanation end as explanation,
    explained_by, explained_at, explanation_lapsed_at, accepted_reason, accepted_by,
    accepted_until, concerned_submission_ids, resolving_submission_id,
    case when state = 'resolved'
        then round(extract(epoch from resolved_at - opened_at) / 3600, 1)
    end as hours_to_resolve,
    masked.is_confidential
from quality.violations
cross join lateral (
    select quality.is_confidential(rule, form, subject) as is_confidential
) as masked
where monitoring.may_read(bloc_code, unit_code)
offset 0;

create view monitoring.open_violations with (security_barrier) as
select
    violation_id, stage, rule, severity, bloc_code, unit_code, form, period_code,
    subject, left_value, right_value, message_vi, message_en, cure_vi, cure_en,
    first_seen, opened_at, last_seen, reopened_count, is_confidential
from monitoring.violations
where state = 'open';

create view monitoring.alerts with (security_barrier) as
select
    alert_id, kind, severity, bloc_code, unit_code, period_code, subject,
    public_vi as text_vi, public_en as text_en, level, opened_at, changed_at, closed_at,
    closed_at is null as is_open
from quality.alerts
where monitoring.may_read(bloc_code, unit_code)
offset 0;

create view monitoring.open_alerts with (security_barrier) as
select
    alert_id, kind, severity, bloc_code, unit_code, period_code, subject, text_vi,
    text_en, level, opened_at, changed_at,
    extract(epoch from clock_timestamp() - opened_at)::integer / 86400 as age_days
from monitoring.alerts
where is_open;

create view monitoring.alerts_by_age with (security_barrier) as
select
    ages.age_group,
    count(*) filter (where open_alerts.severity = 'critical') as critical_count,
    count(*) filter (where open_alerts.severity = 'warning') as warning_count,
    count(*) filter (where open_alerts.severity = 'info') as info_count
from (
    values (1, 'today', 0, 0), (2, '1 to 7 days', 1, 7), (3, '8 to 30 days', 8, 30),
    (4, 'over 30 days', 31, 2147483647)
) as ages (age_order, age_group, from_days, to_days)
left join monitoring.open_alerts
    on open_alerts.age_days between ages.from_days and ages.to_days
group by ages.age_order, ages.age_group
order by ages.age_order;

create view monitoring.alerts_by_unit with (security_barrier) as
select
    bloc_code,
    unit_code,
    count(*) as open_count,
    count(*) filter (where severity = 'critical') as critical_count,
    min(opened_at) as oldest_opened_at,
    count(distinct period_code) as period_count
from monitoring.open_alerts
where bloc_code is not null
group by bloc_code, unit_code;

create view monitoring.deliveries with (security_barrier) as
select
    alert_id, event, channel, state, attempts, next_attempt_at, sent_at, error
from quality.deliveries
where alert_id in (select alert_id from monitoring.alerts)
offset 0;

create view monitoring.holds with (security_barrier) as
select
    hold_id, unit_code, form, period_code,
    case when not masked.is_confidential then rule end as rule,
    case when masked.is_confidential then 'Số liệu kỷ luật, không hiển thị ở đây'
        else cause_vi end as cause_vi,
    case when masked.is_confidential then 'Discipline figures, not shown here'
        else cause_en end as cause_en,
    held_at, released_at, released_at is null as is_active
from quality.holds
cross join lateral (
    select quality.is_confidential(rule, form, null) as is_confidential
) as masked
where monitoring.may_read(null, unit_code)
offset 0;

create view monitoring.period_closings with (security_barrier) as
select
    closing_id, bloc_code, period_code, closed_at, closed_by, reason, left_open,
    reopened_at, reopened_by, reopen_reason, reopened_at is null as is_closed
from quality.period_closings
where monitoring.may_read(bloc_code, null)
offset 0;

create view monitoring.releases with (security_barrier) as
select
    release_id, state, build_started_at, built_at, audited_at, audit_outcome,
    published_at, published_by, publish_reason, is_overridden, rolled_back_at,
    rolled_back_by
from quality.releases;

create view monitoring.release_blocs with (security_barrier) as
select
    release_blocs.release_id,
    releases.state,
    release_blocs.bloc_code,
    release_blocs.outcome,
    release_blocs.carried_from_release_id,
    release_blocs.decided_at,
    release_blocs.decided_by,
    release_blocs.reason
from quality.release_blocs
inner join quality.releases on release_blocs.release_id = releases.release_id
where monitoring.may_read(release_blocs.bloc_code, null)
offset 0;

create view monitoring.publication_log with (security_barrier) as
select
    release_id, cause, shown_from, shown_to, shown_by, reason, is_overridden,
    audit_outcome, blocked_blocs, shown_to is null as is_now
from quality.publication_log;

-- counts of discipline stay out: readers could compare two releases
create view monitoring.published_totals with (security_barrier) as
select
    bloc_code, period_code, indicator, computed_total, declared_total, units_reported,
    units_expected, blank_count, is_complete, release_id, seen_from, seen_to
from quality.published_totals
where indicator <> 'members_disciplined'
    and monitoring.may_read(bloc_code, null)
offset 0;

create view monitoring.published_claims with (security_barrier) as
select
    claim_id, bloc_code, verdict, reason, recomputed, units_reported, units_expected,
    blank_count, release_id, seen_from, seen_to
from quality.published_claims
where monitoring.may_read(bloc_code, null)
offset 0;

create view monitoring.publish_blocks with (security_barrier) as
select
    releases.release_id,
    releases.state,
    releases.blocked_at,
    releases.published_at,
    releases.is_overridden,
    case when not masked.is_confidential then reasons.reason ->> 'rule' end as rule,
    reasons.reason ->> 'bloc_code' as bloc_code,
    reasons.reason ->> 'period_code' as period_code,
    case when masked.is_confidential then 'Số liệu kỷ luật, không hiển thị ở đây'
        else reasons.reason ->> 'message_vi' end as message_vi,
    case when masked.is_confidential then 'Discipline figures, not shown here'
        else reasons.reason ->> 'message_en' end as message_en
from quality.releases
cross join lateral jsonb_array_elements(releases.blocked_reasons) as reasons (reason)
cross join lateral (
    select quality.is_confidential(
        reasons.reason ->> 'rule',
        reasons.reason ->> 'form',
        reasons.reason ->> 'subject'
    ) as is_confidential
) as masked
where monitoring.may_read(reasons.reason ->> 'bloc_code', null)
offset 0;

-- the notebook of a period: what failed, who explained, what was published on what
-- grounds. A release is of all periods: its rows have none
create view monitoring.period_notebook with (security_barrier) as
select
    violations.bloc_code,
    violations.period_code,
    violation_events.happened_at,
    'finding ' || violation_events.event as entry,
    concat_ws(' ', 'V-' || violations.violation_id, violations.rule) as what,
    violations.unit_code,
    violation_events.by_whom,
    case when not violations.is_confidential then violation_events.note end as note,
    violations.message_vi,
    violations.message_en
from quality.violation_events
inner join monitoring.violations
    on violation_events.violation_id = violations.violation_id
union all
select
    bloc_code, period_code, closed_at, 'period closed', 'closing ' || closing_id, null,
    closed_by, reason, array_to_string(left_open, ', '), array_to_string(left_open, ', ')
from monitoring.period_closings
union all
select
    bloc_code, period_code, reopened_at, 'period re-opened', 'closing ' || closing_id,
    null, reopened_by, reopen_reason, null, null
from monitoring.period_closings
where reopened_at is not null
union all
select
    null, null, published_at,
    case when is_overridden then 'published in spite of findings' else 'published' end,
    'release ' || release_id, null, published_by, publish_reason,
    audit_outcome, audit_outcome
from quality.releases
where published_at is not null
union all
select
    null, null, blocked_at, 'publish blocked', 'release ' || release_id, null, null,
    null, audit_outcome, audit_outcome
from quality.releases
where blocked_at is not null
offset 0;
