"""The status: files by state, what is live, what is open."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import class_row, dict_row

from bloc_warehouse.build import releases
from bloc_warehouse.build.release_blocs import blocked_in
from bloc_warehouse.build.waiting import WaitingWork, waiting_work
from bloc_warehouse.checks.run_report import shown_at
from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.file_states import FILE_STATES
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.intake.files.not_taken import NotTaken, list_not_taken
from bloc_warehouse.reference.lists.folder import Folder, read_folder
from bloc_warehouse.reference.store import (
    Keyed,
    compare,
    keyed,
    last_application,
    read_applied,
)
from bloc_warehouse.reports.period_reports import reports_folder
from bloc_warehouse.settings import AlertSettings, Settings, StorageSettings

_RECEIPTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """A closed period with critical findings: what corrects them has to wait."""

    bloc_code: str
    period_code: str
    closed_by: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A step of a scheduled run that failed and has not ended well since."""

    pipeline: str
    step: str
    error: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A rejected or held file that no later one answers, and where its receipt lies."""

    file_id: int
    sender: str
    state: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Who owes how many returns of a period whose day has passed."""

    bloc_code: str
    period_code: str
    units: list[str]
    returns: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Status:
    """What ``bloc status --json`` prints.

    Attributes:
        files: ``received`` is every file ever registered; the others are files by
            state and add up to it. A file whose figures a cross-check holds is
            ``accepted``: the hold is on figures, and ``figures_held`` counts them.
        reports: Where the quality reports by bloc and period are.
        release: The release that BI reads, None before the first one; ``kept`` says
            which blocs stay as they were in an earlier one, ``unit_years`` of how many
            units' years it rebuilt, ``is_full`` whether that was all of them,
            and ``full_reason`` why.
        candidate: The build that waits in ``marts_candidate``, None without one.
        figures_held: Returns (unit, form and period) with an active hold.
        violations_open: Open violations by severity.
        reference: The reference lists in force, when and by whom they were applied,
            and whether the folder holds others; None before there were any.
        lists_in_folder: How many lists the reference folder holds.
        first_period: The first period of which a return is owed, None if none is.
        failures: Steps that failed last time.
        unanswered: The newest files that their senders have to send again.
        unanswered_count: How many such files there are.
        missing: What is owed and late, as of the last look at the alerts.
        waiting: What arrived but has not reached readers, and waits for a run.
        not_taken: What stood in landing at the last look and is no file to be taken.
        from_the_future: Files whose day of receipt has not come, so that nothing that
            comes counts above them.
    """

    files: dict[str, int]
    release: dict[str, Any] | None
    candidate: dict[str, Any] | None
    pinned: bool
    pinned_by: str | None
    figures_held: int
    violations_open: dict[str, int]
    alerts_open: int
    last_audit: dict[str, Any] | None
    last_received_at: datetime | None
    reference: dict[str, Any] | None
    lists_in_folder: int
    first_period: str | None
    failures: list[Failure]
    unanswered: list[Unanswered]
    unanswered_count: int
    missing: list[Missing]
    reports: str | None
    waiting: list[WaitingWork]
    not_taken: list[NotTaken]
    from_the_future: list[str]
    closed_and_blocked: list[ClosedPeriod]


def read_status(settings: Settings) -> Status:
    """Read all of it in one look at the warehouse."""
    folder = read_folder(settings.reference_dir)
    with connect("ingest", settings=settings) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        applied = keyed(read_applied(connection))
        counts = _by(connection, "select state, count(*) from raw.files group by state")
        by_severity = _by(
            connection,
            "select severity, count(*) from quality.violations"
            " where state = 'open' group by severity",
        )
        pinned, pinned_by = connection.execute(
            "select pinned, pinned_by from quality.publishing"
        ).fetchone() or (False, None)
        return Status(
            files={
                "received": sum(counts.values()),
                **{state: counts.get(state, 0) for state in FILE_STATES},
            },
            release=_release(connection, "live"),
            candidate=_release(connection, "candidate"),
            pinned=pinned,
            pinned_by=pinned_by,
            figures_held=_count(
                connection,
                "select count(distinct (unit_code, form, period_code))"
                " from quality.holds where released_at is null",
            ),
            violations_open={
                severity: by_severity.get(severity, 0)
                for severity in ("critical", "warning", "info")
            },
            alerts_open=_count(
                connection,
                "select count(*) from quality.alerts where closed_at is null",
            ),
            last_audit=_last_audit(connection),
            last_received_at=_last_received(connection),
            reference=_reference(connection, folder, applied),
            lists_in_folder=len(folder.lists),
            first_period=_first_period(applied),
            failures=_failures(connection),
            unanswered=_unanswered(connection, settings),
            unanswered_count=_count(
                connection,
                "select count(distinct file_id) from quality.alert_unanswered_files",
            ),
            missing=_missing(connection),
            reports=_reports(settings),
            waiting=waiting_work(connection),
            not_taken=list_not_taken(connection),
            from_the_future=_from_the_future(connection),
            closed_and_blocked=_closed_and_blocked(connection),
        )


def _release(connection: Connection, state: str) -> dict[str, Any] | None:
    release = releases.release_in(connection, state)
    if release is None:
        return None
    return {
        "release_id": release.release_id,
        "built_at": release.built_at,
        "audit_outcome": release.audit_outcome,
        "published_at": release.published_at,
        "published_by": release.published_by,
        "is_full": release.is_full,
        "full_reason": release.full_reason,
        "unit_years": release.scope_size,
        "kept": [str(bloc) for bloc in blocked_in(connection, release.release_id)],
    }


def _failures(connection: Connection) -> list[Failure]:
    with connection.cursor(row_factory=class_row(Failure)) as cursor:
        return cursor.execute(
            "select pipeline, step, split_part(error, chr(10), 1) as error"
            " from quality.failures where recovered_at is null order by failed_at desc"
        ).fetchall()


def _unanswered(connection: Connection, settings: StorageSettings) -> list[Unanswered]:
    rows = connection.execute(
        "select distinct files.file_id, files.sender, files.state, files.file_name"
        " from quality.alert_unanswered_files inner join raw.files using (file_id)"
        " order by files.file_id desc limit %s",
        [_RECEIPTS_SHOWN],
    ).fetchall()
    if not rows:
        return []
    # most of what `bloc status` would wait for, where there is anything to name
    from bloc_warehouse.intake.answer.receipt import receipts_for_people
    from bloc_warehouse.intake.parse.unit_directory import load_reference

    receipts = receipts_for_people(
        settings,
        load_reference(connection),
        [(file_id, sender, name) for file_id, sender, _state, name in rows],
    )
    return [
        Unanswered(file_id, sender, state, receipt)
        for (file_id, sender, state, _name), receipt in zip(rows, receipts, strict=True)
    ]


def _missing(connection: Connection) -> list[Missing]:
    with connection.cursor(row_factory=class_row(Missing)) as cursor:
        return cursor.execute(
            "select bloc_code, period_code,"
            " array_agg(distinct unit_code order by unit_code) as units,"
            " count(*) as returns, min(due_on) as due_on"
            " from quality.missing_returns where due_on < current_date"
            " group by bloc_code, period_code order by due_on desc, bloc_code"
        ).fetchall()


def _closed_and_blocked(connection: Connection) -> list[ClosedPeriod]:
    with connection.cursor(row_factory=class_row(ClosedPeriod)) as cursor:
        return cursor.execute(
            "select distinct bloc_code, period_code, closed_by"
            " from quality.violations inner join quality.period_closings as closings"
            " using (bloc_code, period_code) where severity = 'critical'"
            " and state = 'open' and closings.reopened_at is null order by 1, 2"
        ).fetchall()


def _by(connection: Connection, query: LiteralString) -> dict[str, int]:
    return {str(name): int(number) for name, number in connection.execute(query)}


def _count(connection: Connection, query: LiteralString) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _last_audit(connection: Connection) -> dict[str, Any] | None:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            "select run_id, finished_at, critical_count, warning_count, report"
            " from quality.runs where stage = 'audit' and finished_at is not null"
            " order by run_id desc limit 1"
        ).fetchone()


def _reports(settings: AlertSettings) -> str | None:
    """Where the periods' quality reports are, None before the first one."""
    folder = reports_folder(settings)
    return shown_at(folder, settings) if folder.is_dir() else None


def _from_the_future(connection: Connection) -> list[str]:
    rows = connection.execute(
        "select 'F-' || file_id || ' ' || path from raw.files"
        " where received_at > clock_timestamp() order by file_id"
    )
    return [name for (name,) in rows]


def _last_received(connection: Connection) -> datetime | None:
    row = connection.execute("select max(received_at) from raw.files").fetchone()
    return row[0] if row else None


def _first_period(lists: Keyed) -> str | None:
    owed = (row["first_period"] for row in lists["ref_obligations"].values())
    return min(filter(None, owed), key=lambda code: period_of(code).end, default=None)


def _reference(
    connection: Connection, folder: Folder, in_force: Keyed
) -> dict[str, Any] | None:
    last = last_application(connection)
    if last is None:
        return None
    changes = compare(in_force, keyed(folder.rows))
    return {
        "applied_at": last.applied_at,
        "applied_by": last.applied_by,
        "lines_differing": sum(1 for _ in changes),
        "unreadable": len(folder.faults),
    }
