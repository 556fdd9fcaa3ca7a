"""The raw schema, made from the forms: files, submissions, faults, forms' tables.

Raw tables are append-only: a correction is a new submission with rows of its own.
"""

from psycopg import Connection, sql

from bloc_warehouse.forms.registry import Registry, load_registry

STATES = (
    "pending",
    "accepted",
    "rejected",
    "held",
    "duplicate",
    "superseded",
    "withdrawn",
)

_LINEAGE = (
    ("submission_id", "bigint not null references raw.submissions"),
    ("sheet", "text not null"),
    ("sheet_row", "integer not null"),
)

_REGISTERS = """
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
"""

_AFTERWARDS = """
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
    -- the time of the file itself; the epoch where it was not kept
    add column if not exists written_at timestamptz not null default 'epoch',
    add column if not exists replay_id bigint references raw.replays;
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
"""


def create_raw(connection: Connection, registry: Registry | None = None) -> None:
    """Create or complete the raw schema; columns of a new form version are added.

    Safe to repeat. The schema ``raw`` must exist.
    """
    connection.execute(_REGISTERS)
    connection.execute(_AFTERWARDS)
    for table, columns in (registry or load_registry()).raw_tables().items():
        name = sql.Identifier("raw", table)
        definitions = [
            *_LINEAGE,
            *((column.name, column.sql_type) for column in columns.values()),
            ("not_applicable", "text[] not null default '{}'"),
        ]
        connection.execute(
            sql.SQL("create table if not exists {} ({})").format(
                name, sql.SQL(", ").join(_definition(*entry) for entry in definitions)
            )
        )
        for column in columns.values():
            connection.execute(
                sql.SQL("alter table {} add column if not exists {}").format(
                    name, _definition(column.name, column.sql_type)
                )
            )
        connection.execute(
            sql.SQL("create index if not exists {} on {} (submission_id)").format(
                sql.Identifier(f"{table}_by_submission"), name
            )
        )


def _definition(name: str, sql_type: str) -> sql.Composed:
    # the type comes from the forms' own closed list, never from a sender
    return sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(sql_type))
