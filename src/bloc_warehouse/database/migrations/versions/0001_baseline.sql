create table if not exists raw.files (
    file_id bigint generated always as identity primary key,
    sender text not null,
    path text not null,
    file_name text not null,
    sha256 text,  -- null: too large, so the bytes were not even read
    byte_size bigint not null,
    received_at timestamptz not null,
    received_at_source text not null,
    received_at_by text,
    registered_at timestamptz not null default clock_timestamp(),
    state text not null default 'pending'
        check (state in ('pending', 'accepted', 'rejected', 'held', 'duplicate',
            'superseded', 'withdrawn')),
    state_reason text,
    archive_path text,  -- null: the bytes must not be kept
    answered_at timestamptz
);
alter table raw.files alter column archive_path drop not null;
alter table raw.files alter column sha256 drop not null;
-- a delivery is an event: the same bytes may come again
alter table raw.files drop constraint if exists files_path_sha256_key;
alter table raw.files drop constraint if exists files_received_at_source_check;
alter table raw.files add constraint files_received_at_source_check
    check (received_at_source in ('folder', 'uploaded', 'found', 'operator'));
create index if not exists files_by_state on raw.files (state);
create index if not exists files_by_sha256 on raw.files (sha256);
create index if not exists files_to_answer on raw.files (file_id)
    where answered_at is null;

create table if not exists raw.submissions (
    submission_id bigint generated always as identity primary key,
    file_id bigint not null references raw.files,
    form text not null,
    form_version integer not null,
    sheet text not null,
    unit_code text,
    period_code text,
    period_type text,
    period_year integer,
    basis text check (basis in ('cumulative', 'period')),
    stated_submission_no integer,
    submission_no integer,
    state text not null default 'pending'
        check (state in ('pending', 'accepted', 'rejected', 'held', 'duplicate',
            'superseded', 'withdrawn')),
    content_sha256 text,
    received_at timestamptz not null,
    registered_at timestamptz not null default clock_timestamp(),
    columns jsonb not null default '{}'
);
create index if not exists submissions_by_return
    on raw.submissions (unit_code, form, period_code);
create index if not exists submissions_by_file on raw.submissions (file_id);

create table if not exists raw.faults (
    fault_id bigint generated always as identity primary key,
    file_id bigint not null references raw.files,
    submission_id bigint references raw.submissions,
    code text not null,
    severity text not null check (severity in ('error', 'warning')),
    sheet text,
    cell text,
    rule text,
    found text,
    expected text,
    message_vi text not null,
    message_en text not null
);
create index if not exists faults_by_file on raw.faults (file_id);

-- grain: one row per replay, which read archived files once more. A file's replay_id is
-- the one whose reading of it counts, null for the first reading; its submissions and
-- faults bear the same number. Those of earlier readings stay, replaced.
create table if not exists raw.replays (
    replay_id bigint generated always as identity primary key,
    replayed_at timestamptz not null default clock_timestamp(),
    replayed_by text not null,
    selection jsonb not null
);
alter table raw.files
    add column if not exists cells jsonb,
    -- changes when the file in landing does; begins with ~ when not every change shows
    add column if not exists landing_version text,
    add column if not exists replay_id bigint references raw.replays,
    -- the time of the file itself; the epoch where it was not kept
    add column if not exists written_at timestamptz not null default 'epoch';
alter table raw.submissions
    add column if not exists replay_id bigint references raw.replays,
    add column if not exists replaced_by_replay_id bigint references raw.replays,
    -- a marked correction: its bloc's period was closed when it was taken
    add column if not exists closed_at_receipt boolean not null default false,
    add column if not exists written_at timestamptz not null default 'epoch';
alter table raw.faults
    add column if not exists replay_id bigint references raw.replays;
create index if not exists faults_by_submission on raw.faults (submission_id);
create index if not exists files_in_incoming on raw.files (file_id)
    where archive_path like 'incoming/%';
create index if not exists files_by_archive_path on raw.files (archive_path);
create index if not exists faults_forbidding on raw.faults (file_id)
    where code like 'P%' or code in ('F105', 'F106');

-- grain: one row per submission withdrawn; a file never read has no submission
create table if not exists raw.withdrawals (
    withdrawal_id bigint generated always as identity primary key,
    file_id bigint not null references raw.files,
    submission_id bigint unique references raw.submissions,
    state_before text not null,
    reason text not null,
    withdrawn_by text not null,
    withdrawn_at timestamptz not null default clock_timestamp()
);
create index if not exists withdrawals_by_file on raw.withdrawals (file_id);

-- grain: one row per time of receipt that a person put right
create table if not exists raw.redatings (
    redating_id bigint generated always as identity primary key,
    file_id bigint not null references raw.files,
    received_at_before timestamptz not null,
    received_at timestamptz not null,
    reason text not null,
    redated_by text not null,
    redated_at timestamptz not null default clock_timestamp()
);
create index if not exists redatings_by_file on raw.redatings (file_id);

-- grain: one row per thing that stands in landing and is no file to be taken
create table if not exists raw.not_taken (
    path text not null,
    cause text not null,
    since timestamptz not null default clock_timestamp()
);

-- grain: one row per version and time during which it counted, of those units' periods
-- of which the order of receipt does not tell it
create table if not exists raw.standings (
    submission_id bigint not null references raw.submissions,
    counted_from timestamptz not null,
    counted_to timestamptz,
    primary key (submission_id, counted_from)
);

-- grain: one row per answer to a warning of intake (fault_id) or to a violation that
-- the checks of quality found (violation_id), with the version that it explains
create table if not exists raw.explanations (
    explanation_id bigint generated always as identity primary key,
    fault_id bigint references raw.faults,
    violation_id bigint,
    submission_id bigint references raw.submissions,
    reason text not null,
    explained_by text not null,
    explained_at timestamptz not null default clock_timestamp(),
    check (num_nonnulls(fault_id, violation_id) = 1)
);
-- the figures that a violation's explanation speaks of: of others it says nothing
alter table raw.explanations
    add column if not exists left_value numeric,
    add column if not exists right_value numeric,
    add column if not exists concerned_submission_ids bigint[];
create index if not exists explanations_by_fault on raw.explanations (fault_id);
create index if not exists explanations_by_violation
    on raw.explanations (violation_id);

-- grain: one row per reader and bloc, or unit, that it may see
create table if not exists quality.readers (
    reader text not null,
    bloc_code text,
    unit_code text,
    granted_at timestamptz not null default clock_timestamp(),
    granted_by text not null,
    check (num_nonnulls(bloc_code, unit_code) = 1),
    unique nulls not distinct (reader, bloc_code, unit_code)
);

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

-- grain: one row per statement that changed something, and unit and year it concerns
create table if not exists raw.changes (
    change_id bigint generated always as identity primary key,
    changed_at timestamptz not null default clock_timestamp(),
    unit_code text not null,
    period_year integer not null,
    cause text not null
);

-- what the scope of a build is looked up by
create index if not exists submissions_by_unit_year
    on raw.submissions (unit_code, period_year);
create index if not exists files_by_receipt on raw.files (received_at);

-- What was applied, by whom, when, and what it changed; nothing here is ever deleted
-- but from reference_rows, which is the sum of all changes.
create table if not exists quality.reference_applications (
    application_id bigint generated always as identity primary key,
    applied_at timestamptz not null default clock_timestamp(),
    applied_by text not null,
    reason text
);
comment on table quality.reference_applications is
'Lần áp dụng danh mục. One row each time that reference lists were applied.';

create table if not exists quality.reference_changes (
    application_id bigint not null references quality.reference_applications,
    list text not null,
    row_key text not null,
    before jsonb,
    after jsonb,
    primary key (application_id, list, row_key),
    check (before is not null or after is not null)
);
comment on table quality.reference_changes is
'Thay đổi danh mục. One row each line of a list that was added, changed or removed.';
create index if not exists reference_changes_by_row
on quality.reference_changes (list, row_key);

create table if not exists quality.reference_rows (
    list text not null,
    row_key text not null,
    line jsonb not null,
    application_id bigint not null references quality.reference_applications,
    primary key (list, row_key)
);
comment on table quality.reference_rows is
'Danh mục đang áp dụng. The lines in force, which every build loads.';

-- with fewer parameters, as it was before
drop function if exists quality.is_confidential(text, text);
