-- The quality schema and the monitoring views over it. Run by `prepare` as role ingest;
-- safe to repeat. A change of an existing table needs an `alter table` of its own here.

create table if not exists quality.runs (
    run_id bigint generated always as identity primary key,
    stage text not null check (stage in ('cross_check', 'audit')),
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    critical_count integer,
    warning_count integer,
    info_count integer,
    report text
);

alter table quality.runs
    add column if not exists is_full boolean,  -- false: over a slice, see slices.py
    add column if not exists rules_sha256 text;

-- grain: one row per run and expectation, as Great Expectations saw it
create table if not exists quality.results (
    run_id bigint not null references quality.runs,
    suite text not null,
    rule text not null,
    expectation_type text not null,
    severity text not null check (severity in ('critical', 'warning', 'info')),
    success boolean not null,
    finding_count bigint not null,
    observed text,
    exception text,
    primary key (run_id, rule)
);

-- grain: one row per finding of a stage's last run; a rule writes all of its rows here
-- at once, without a cap, and its expectation counts them here
create table if not exists quality.findings (
    run_id bigint not null references quality.runs,
    rule text not null,
    severity text not null check (severity in ('critical', 'warning', 'info')),
    bloc_code text,
    unit_code text,
    form text,
    period_code text,
    subject text not null default '',
    submission_id bigint,
    left_value numeric,
    right_value numeric,
    message_vi text not null,
    message_en text not null
);
create index if not exists findings_by_rule on quality.findings (run_id, rule);
alter table quality.findings
    add column if not exists concerned_submission_ids bigint[] not null default '{}',
    add column if not exists fault_id bigint,
    add column if not exists cure_vi text not null default '',
    add column if not exists cure_en text not null default '';

-- grain: one row per rule, bloc, unit, form, period and subject, across all runs
create table if not exists quality.violations (
    violation_id bigint generated always as identity primary key,
    stage text not null check (stage in ('cross_check', 'audit')),
    rule text not null,
    severity text not null check (severity in ('critical', 'warning', 'info')),
    bloc_code text,
    unit_code text,
    form text,
    period_code text,
    subject text not null default '',
    submission_id bigint,
    left_value numeric,
    right_value numeric,
    message_vi text not null,
    message_en text not null,
    state text not null check (state in ('open', 'resolved')),
    first_seen timestamptz not null,
    opened_at timestamptz not null,
    last_seen timestamptz not null,
    resolved_at timestamptz,
    reopened_count integer not null default 0,
    last_run_id bigint not null references quality.runs,
    unique nulls not distinct (
        rule, bloc_code, unit_code, form, period_code, subject
    )
);
create index if not exists violations_by_state on quality.violations (state, stage);
-- open → explained (by raw.explanations, as long as it speaks of these figures) or
-- accepted (by a list of the reference folder, until its day) → resolved. An
-- explanation whose figures changed lapses, and stays here with the time at which.
alter table quality.violations
    add column if not exists concerned_submission_ids bigint[] not null default '{}',
    add column if not exists fault_id bigint,
    add column if not exists cure_vi text not null default '',
    add column if not exists cure_en text not null default '',
    add column if not exists explanation_id bigint,
    add column if not exists explanation text,
    add column if not exists explained_by text,
    add column if not exists explained_at timestamptz,
    add column if not exists explanation_lapsed_at timestamptz,
    add column if not exists accepted_reason text,
    add column if not exists accepted_by text,
    add column if not exists accepted_until date,
    -- the version that made the contradiction go; null where a rule or a list did
    add column if not exists resolving_submission_id bigint;
alter table quality.violations drop constraint if exists violations_state_check;
alter table quality.violations add constraint violations_state_check
    check (state in ('open', 'explained', 'accepted', 'resolved'));

-- grain: one row per step in a violation's life; a trigger writes it
create table if not exists quality.violation_events (
    event_id bigint generated always as identity primary key,
    violation_id bigint not null references quality.violations,
    happened_at timestamptz not null default clock_timestamp(),
    event text not null check (event in (
        'opened', 'reopened', 'changed', 'explained', 'lapsed', 'accepted',
        'acceptance_ended', 'resolved'
    )),
    run_id bigint,
    left_value numeric,
    right_value numeric,
    by_whom text,
    note text
);
create index if not exists violation_events_by_violation
    on quality.violation_events (violation_id);

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

-- grain: one row per rule, as declared in expectations/ when its stage last ran
create table if not exists quality.rules (
    rule text primary key,
    stage text not null check (stage in ('cross_check', 'audit')),
    suite text not null,
    severity text not null check (severity in ('critical', 'warning', 'info')),
    title_vi text not null,
    title_en text not null,
    cure_vi text not null,
    cure_en text not null,
    scope text not null,
    valid_from text,
    valid_to text,
    is_on boolean not null,
    is_explainable boolean not null,
    tolerance numeric,
    told text[] not null
);

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

-- grain: one row per unit, form, period, rule and time of holding;
-- active while released_at is null
create table if not exists quality.holds (
    hold_id bigint generated always as identity primary key,
    unit_code text not null,
    form text not null,
    period_code text not null,
    rule text not null,
    submission_id bigint,
    cause_vi text not null,
    cause_en text not null,
    held_at timestamptz not null default clock_timestamp(),
    released_at timestamptz,
    told_at timestamptz
);
alter table quality.holds
    add column if not exists stage text not null default 'cross_check'
        check (stage in ('cross_check', 'audit'));
create unique index if not exists holds_active
    on quality.holds (unit_code, form, period_code, rule)
    where released_at is null;

-- grain: one row per cause and time of being open
create table if not exists quality.alerts (
    alert_id bigint generated always as identity primary key,
    cause text not null,
    kind text not null,
    severity text not null check (severity in ('critical', 'warning', 'info')),
    bloc_code text,
    unit_code text,
    period_code text,
    subject text not null,
    text_vi text not null,
    text_en text not null,
    opened_at timestamptz not null default clock_timestamp(),
    changed_at timestamptz not null default clock_timestamp(),
    closed_at timestamptz
);
create unique index if not exists alerts_open
    on quality.alerts (cause) where closed_at is null;
-- what it is about, one key an item; how far it has escalated; the words for channels
-- and readers that must not see small figures of discipline
alter table quality.alerts
    add column if not exists item_keys text[] not null default '{}',
    add column if not exists level integer not null default 0,
    add column if not exists public_vi text not null default '',
    add column if not exists public_en text not null default '';

-- grain: one row per thing that an alert has to say; routed_at: its deliveries exist
create table if not exists quality.alert_events (
    event_id bigint generated always as identity primary key,
    alert_id bigint not null references quality.alerts,
    event text not null check (event in ('opened', 'worsened', 'overdue', 'closed')),
    occurred_at timestamptz not null default clock_timestamp(),
    severity text not null,
    text_vi text not null,
    text_en text not null,
    public_vi text not null,
    public_en text not null,
    routed_at timestamptz
);
create index if not exists alert_events_unrouted
    on quality.alert_events (event_id) where routed_at is null;

-- grain: one row per event and channel. failed is tried again, given_up is not; the key
-- goes with each try, so that a receiver can tell a repetition
create table if not exists quality.deliveries (
    delivery_id bigint generated always as identity primary key,
    delivery_key uuid not null default gen_random_uuid(),
    event_id bigint not null references quality.alert_events,
    alert_id bigint not null references quality.alerts,
    event text not null,
    channel text not null,
    state text not null default 'pending' check (
        state in ('pending', 'sent', 'failed', 'given_up')
    ),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default clock_timestamp(),
    attempted_at timestamptz,
    sent_at timestamptz,
    error text,
    unique (event_id, channel)
);
create index if not exists deliveries_to_do
    on quality.deliveries (channel, event_id) where state in ('pending', 'failed');
create index if not exists deliveries_of_alerts on quality.deliveries (alert_id);

-- grain: one row per day on which reminders were worked out; the last one is the day by
-- which returns are overdue
create table if not exists quality.reminders (
    reminded_on date primary key,
    reminded_at timestamptz not null default clock_timestamp()
);

-- grain: one row per failure of a step, until the same step ends well
create table if not exists quality.failures (
    failure_id bigint generated always as identity primary key,
    pipeline text not null,
    step text not null,
    run text not null,
    error text not null,
    failed_at timestamptz not null default clock_timestamp(),
    failure_count integer not null default 1,
    recovered_at timestamptz
);
create unique index if not exists failures_open
    on quality.failures (pipeline, step) where recovered_at is null;

-- grain: one row per build of the marts. The state says where its tables are:
-- building, candidate → marts_candidate; live → marts; previous → marts_previous;
-- retired (was published, rotated out) and discarded (never published) → nowhere
create table if not exists quality.releases (
    release_id bigint generated always as identity primary key,
    state text not null check (
        state in (
            'building', 'candidate', 'live', 'previous', 'retired', 'discarded'
        )
    ),
    build_started_at timestamptz not null default clock_timestamp(),
    built_at timestamptz,
    audit_run_id bigint references quality.runs,
    audited_at timestamptz,
    audit_outcome text check (audit_outcome in ('passed', 'warned', 'critical')),
    blocked_at timestamptz,
    blocked_reasons jsonb,
    published_at timestamptz,
    published_by text,
    publish_reason text,
    is_overridden boolean not null default false,
    rolled_back_at timestamptz,
    rolled_back_by text
);
-- what a build rests on: the position in raw.changes that it has taken up, fingerprints
-- of the lists and of the models, the day by which it judged what is due
alter table quality.releases
    add column if not exists change_id bigint,
    add column if not exists is_full boolean,
    add column if not exists scope_size bigint,
    add column if not exists lists_sha256 text,
    add column if not exists models_sha256 text,
    add column if not exists built_on date;
create unique index if not exists releases_one_each on quality.releases (
    (case when state = 'building' then 'candidate' else state end)
) where state not in ('retired', 'discarded');

alter table quality.releases
    -- a critical finding that names no bloc, so that no bloc can be published
    add column if not exists is_wholly_blocked boolean not null default false;

-- grain: one row per release and bloc: what became of the bloc's rows.
-- blocked → waits for an order; published → as built; overridden → as built, in spite of
-- critical findings; carried → as in an earlier release; left_out → no rows, for none
-- were ever published
create table if not exists quality.release_blocs (
    release_id bigint not null references quality.releases,
    bloc_code text not null,
    outcome text not null check (
        outcome in ('blocked', 'published', 'overridden', 'carried', 'left_out')
    ),
    carried_from_release_id bigint references quality.releases,
    decided_at timestamptz not null default clock_timestamp(),
    decided_by text,
    reason text,
    primary key (release_id, bloc_code)
);

-- grain: one row per time during which readers saw one release, unchanged; now while
-- shown_to is null. Kept for good, for a release's own row knows its last state only
create table if not exists quality.showings (
    showing_id bigint generated always as identity primary key,
    release_id bigint not null references quality.releases,
    cause text not null check (cause in ('published', 'overridden', 'rolled_back')),
    shown_from timestamptz not null,
    shown_to timestamptz,
    shown_by text not null,
    reason text,
    is_overridden boolean not null,
    audit_outcome text,
    kept_blocs text[] not null default '{}'
);
create unique index if not exists showings_now
    on quality.showings ((shown_to is null)) where shown_to is null;

-- grain: one row per bloc, period, indicator and time during which readers saw the same
create table if not exists quality.published_totals (
    bloc_code text not null,
    period_code text not null,
    indicator text not null,
    computed_total bigint,
    declared_total bigint,
    units_reported bigint not null,
    units_expected bigint not null,
    is_complete boolean not null,
    release_id bigint not null references quality.releases,
    seen_from timestamptz not null,
    seen_to timestamptz,
    primary key (bloc_code, period_code, indicator, seen_from)
);

-- grain: one row per claim and time during which readers saw the same verdict
create table if not exists quality.published_claims (
    claim_id text not null,
    bloc_code text not null,
    verdict text not null,
    reason text,
    recomputed numeric,
    units_reported bigint not null,
    units_expected bigint not null,
    release_id bigint not null references quality.releases,
    seen_from timestamptz not null,
    seen_to timestamptz,
    primary key (claim_id, seen_from)
);

-- grain: one row per bloc, period and time of being closed; in force while reopened_at
-- is null
create table if not exists quality.period_closings (
    closing_id bigint generated always as identity primary key,
    bloc_code text not null,
    period_code text not null,
    closed_at timestamptz not null default clock_timestamp(),
    closed_by text not null,
    reason text,
    left_open text[] not null default '{}',  -- what was open, where closed in spite
    reopened_at timestamptz,
    reopened_by text,
    reopen_reason text
);
create unique index if not exists period_closings_in_force
    on quality.period_closings (bloc_code, period_code) where reopened_at is null;

-- grain: one row per closing and return: the version that counted when the period was
-- closed, and counts for the facts until it is re-opened
create table if not exists quality.closed_returns (
    closing_id bigint not null references quality.period_closings,
    unit_code text not null,
    form text not null,
    period_code text not null,
    submission_id bigint not null references raw.submissions,
    primary key (closing_id, submission_id)
);
create index if not exists closed_returns_by_return
    on quality.closed_returns (unit_code, form, period_code);

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

-- grain: one row; whether scheduled runs may publish. Locking it serialises all that
-- changes which release is where.
create table if not exists quality.publishing (
    is_only boolean primary key default true check (is_only),
    pinned boolean not null default false,
    pinned_at timestamptz,
    pinned_by text
);
insert into quality.publishing default values on conflict do nothing;
alter table quality.publishing
    -- whose rows, kept back from the live release, stand in marts_blocked
    add column if not exists kept_back_release_id bigint;

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
---------- sees the rows of its blocs and units (readers.sql)

drop view if exists monitoring.files_by_state;
create view monitoring.files_by_state as
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

drop view if exists monitoring.period_notebook;
drop view if exists monitoring.open_violations;
drop view if exists monitoring.violations;
create view monitoring.violations as
select
    violation_id, stage, rule, severity, bloc_code, unit_code, form, period_code,
    subject,
    case when not masked.is_confidential then left_value end as left_value,
    case when not masked.is_confidential then right_value end as right_value,
    case when masked.is_confidential then 'Số liệu kỷ luật, không hiển thị ở đây'
        else message_vi end as message_vi,
    case when masked.is_confidential then 'Discipline figures, not shown here'
        else message_en end as message_en,
    cure_vi, cure_en, state, first_seen, opened_at, last_seen, resolved_at,
    reopened_count,
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
where monitoring.may_read(bloc_code, unit_code);

create view monitoring.open_violations as
select
    violation_id, stage, rule, severity, bloc_code, unit_code, form, period_code,
    subject, left_value, right_value, message_vi, message_en, cure_vi, cure_en,
    first_seen, opened_at, last_seen, reopened_count, is_confidential
from monitoring.violations
where state = 'open';

drop view if exists monitoring.deliveries;
drop view if exists monitoring.alerts_by_age;
drop view if exists monitoring.alerts_by_unit;
drop view if exists monitoring.open_alerts;
drop view if exists monitoring.alerts;
create view monitoring.alerts as
select
    alert_id, kind, severity, bloc_code, unit_code, period_code, subject,
    public_vi as text_vi, public_en as text_en, level, opened_at, changed_at, closed_at,
    closed_at is null as is_open
from quality.alerts
where monitoring.may_read(bloc_code, unit_code);

create view monitoring.open_alerts as
select
    alert_id, kind, severity, bloc_code, unit_code, period_code, subject, text_vi,
    text_en, level, opened_at, changed_at,
    extract(epoch from clock_timestamp() - opened_at)::integer / 86400 as age_days
from monitoring.alerts
where is_open;

create view monitoring.alerts_by_age as
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

create view monitoring.alerts_by_unit as
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

create view monitoring.deliveries as
select
    alert_id, event, channel, state, attempts, next_attempt_at, sent_at, error
from quality.deliveries
where alert_id in (select alert_id from monitoring.alerts);

drop view if exists monitoring.holds;
create view monitoring.holds as
select
    hold_id, unit_code, form, period_code, rule,
    case when masked.is_confidential then 'Số liệu kỷ luật, không hiển thị ở đây'
        else cause_vi end as cause_vi,
    case when masked.is_confidential then 'Discipline figures, not shown here'
        else cause_en end as cause_en,
    held_at, released_at, released_at is null as is_active
from quality.holds
cross join lateral (
    select quality.is_confidential(rule, form, null) as is_confidential
) as masked
where monitoring.may_read(null, unit_code);

drop view if exists monitoring.period_closings;
create view monitoring.period_closings as
select
    closing_id, bloc_code, period_code, closed_at, closed_by, reason, left_open,
    reopened_at, reopened_by, reopen_reason, reopened_at is null as is_closed
from quality.period_closings
where monitoring.may_read(bloc_code, null);

drop view if exists monitoring.releases;
create view monitoring.releases as
select
    release_id, state, build_started_at, built_at, audited_at, audit_outcome,
    published_at, published_by, publish_reason, is_overridden, rolled_back_at,
    rolled_back_by
from quality.releases;

drop view if exists monitoring.release_blocs;
create view monitoring.release_blocs as
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
where monitoring.may_read(release_blocs.bloc_code, null);

drop view if exists monitoring.showings;
create view monitoring.showings as
select
    release_id, cause, shown_from, shown_to, shown_by, reason, is_overridden,
    audit_outcome, kept_blocs, shown_to is null as is_now
from quality.showings;

-- counts of discipline stay out: readers could compare two releases
drop view if exists monitoring.published_totals;
create view monitoring.published_totals as
select
    bloc_code, period_code, indicator, computed_total, declared_total, units_reported,
    units_expected, is_complete, release_id, seen_from, seen_to
from quality.published_totals
where indicator <> 'members_disciplined'
    and monitoring.may_read(bloc_code, null);

drop view if exists monitoring.published_claims;
create view monitoring.published_claims as
select
    claim_id, bloc_code, verdict, reason, recomputed, units_reported, units_expected,
    release_id, seen_from, seen_to
from quality.published_claims
where monitoring.may_read(bloc_code, null);

drop view if exists monitoring.publish_blocks;
create view monitoring.publish_blocks as
select
    releases.release_id,
    releases.state,
    releases.blocked_at,
    releases.published_at,
    releases.is_overridden,
    reasons.reason ->> 'rule' as rule,
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
where monitoring.may_read(reasons.reason ->> 'bloc_code', null);

-- the notebook of a period: what failed, who explained, what was published on what
-- grounds. A release is of all periods: its rows have none
create view monitoring.period_notebook as
select
    violations.bloc_code,
    violations.period_code,
    violation_events.happened_at,
    'finding ' || violation_events.event as entry,
    'V-' || violations.violation_id || ' ' || violations.rule as what,
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
where blocked_at is not null;
