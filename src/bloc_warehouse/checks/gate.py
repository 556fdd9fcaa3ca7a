"""The two gates: before the facts (``cross_check``) and before publishing (``audit``).

Great Expectations runs the rules; each writes its violations to ``quality.findings``.
The checkpoint's actions then move the violations, the holds and the release; all of it
in one transaction.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import Connection

from bloc_warehouse.build import releases
from bloc_warehouse.checks.holds import (
    Holds,
    changed_holds,
    held_returns,
    notify_senders,
)
from bloc_warehouse.checks.model import Stage
from bloc_warehouse.checks.rules import register_rules
from bloc_warehouse.checks.run_report import prune_reports, report_page, write_report
from bloc_warehouse.checks.slices import (
    Slice,
    drop_replaced,
    last_run_stands,
    open_slice,
    rules_sha256,
)
from bloc_warehouse.checks.suites import load_suites
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.locks import Lock, lock_for_session
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.log_lines import about
from bloc_warehouse.settings import DatabaseSettings, Settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AuditOutcome:
    """What a gate found. Only critical findings of an audit block publishing.

    Attributes:
        success: Nothing critical. A cross-check's critical findings hold figures and
            stop nothing else.
        critical: Number of critical findings; ``warnings`` and ``infos`` likewise.
        blocked_blocs: Blocs with a critical finding, for an audit.
        held: Forms of a unit and period that are held now.
        report: First page of the run's report.
    """

    run_id: int | None
    stage: Stage
    success: bool
    critical: int
    warnings: int
    infos: int
    blocked_blocs: tuple[str, ...]
    held: int
    newly_held: int
    released: int
    report: str | None


_NOTHING_TO_AUDIT = AuditOutcome(None, "audit", True, 0, 0, 0, (), 0, 0, 0, None)


def cross_check(settings: Settings) -> AuditOutcome:
    """Compare the current submissions with each other; hold what contradicts itself.

    Senders whose figures are held, or free again, are told by a follow-up receipt.
    """
    with _gate(settings) as connection:
        building = releases.release_in(connection, "building")
        with about(release=building.release_id if building else None):
            outcome = _run(connection, settings, "cross_check")
        _tell(connection, settings)
    return outcome


def audit(settings: Settings) -> AuditOutcome:
    """Judge the totals in ``marts_candidate``; the release keeps the outcome.

    A critical finding that names a unit's form and period also holds those figures: the
    next build leaves them out.

    Where everything built is published there is nothing to judge, and ``run_id`` is
    None: so a repeated task does no harm.

    Raises:
        releases.UnfinishedBuildError: The last build did not finish.
    """
    with _gate(settings) as connection:
        # until the commit nobody publishes it, goes back or begins another build: the
        # schema would hold an older release then, which has none of the findings
        releases.lock(connection)
        release_id = releases.candidate(connection)
        if release_id is None:
            return _NOTHING_TO_AUDIT
        with about(release=release_id):
            outcome = _run(connection, settings, "audit", release_id)
        _tell(connection, settings)
    return outcome


def stands(settings: Settings, stage: Stage) -> bool:
    """Tell whether a gate's last run finished, and looked for what it would now."""
    suites = load_suites(settings.project_dir / "expectations", stage)
    with connect("ingest", settings=settings) as connection:
        return last_run_stands(connection, stage, rules_sha256(suites))


def count_held(settings: DatabaseSettings) -> int:
    """Return how many forms of a unit and period are held."""
    with connect("ingest", settings=settings) as connection:
        return len(held_returns(connection))


@contextmanager
def _gate(settings: DatabaseSettings) -> Iterator[Connection]:
    with connect("ingest", settings=settings) as connection:
        lock_for_session(connection, Lock.GATE)
        connection.commit()
        yield connection


def _run(
    connection: Connection,
    settings: Settings,
    stage: Stage,
    release_id: int | None = None,
) -> AuditOutcome:
    """Run the stage's checkpoint, and keep with it what it found and moved."""
    from bloc_warehouse.checks.gx.context import Run, recording_context  # seconds

    suites = load_suites(settings.project_dir / "expectations", stage)
    fingerprint = rules_sha256(suites)
    held_before = held_returns(connection)
    slice_ = open_slice(connection, stage, suites, fingerprint)
    run_id = _start(connection, stage, fingerprint, slice_)
    register_rules(connection, suites)
    if slice_ is None:
        # a rule joins all returns with themselves, and what the planner takes for a few
        # rows are all of them: a nested loop's cost grows with their square
        connection.execute("set local enable_nestloop = off")
    report = report_page(settings, run_id, stage)
    run = Run(run_id, stage, slice_, settings.timezone, str(report), release_id)
    recording_context(connection, suites, run).checkpoints.get(stage).run()
    write_report(connection, report, run_id, suites)
    holds = changed_holds(held_before, held_returns(connection))
    outcome = _outcome(connection, run_id, stage, holds, str(report))
    connection.commit()
    return outcome


def _start(
    connection: Connection, stage: Stage, fingerprint: str, slice_: Slice | None
) -> int:
    (run_id,) = connection.execute(
        "insert into quality.runs (stage, rules_sha256, is_full) values (%s, %s, %s)"
        " returning run_id",
        [stage, fingerprint, slice_ is None],
    ).fetchone() or (0,)
    drop_replaced(connection, stage, run_id, slice_)
    return int(run_id)


def _tell(connection: Connection, settings: Settings) -> None:
    notify_senders(connection, settings)
    prune_reports(connection, settings)
    connection.commit()


def _outcome(
    connection: Connection, run_id: int, stage: Stage, holds: Holds, report: str
) -> AuditOutcome:
    failed = connection.execute(
        "select rule, finding_count, severity from quality.results"
        " where run_id = %s and not success",
        [run_id],
    ).fetchall()
    for rule, count, severity in failed:
        logger.log(
            logging.INFO if severity == "info" else logging.WARNING,
            "%s %s: %s (%s)",
            *(stage, rule, counted(count, "finding"), severity),
        )
    critical, warnings, infos = _counts(connection, run_id)
    return AuditOutcome(
        run_id=run_id,
        stage=stage,
        success=critical == 0,
        critical=critical,
        warnings=warnings,
        infos=infos,
        blocked_blocs=_blocked(connection, run_id) if stage == "audit" else (),
        held=holds.held,
        newly_held=holds.newly_held,
        released=holds.released,
        report=report,
    )


def _counts(connection: Connection, run_id: int) -> tuple[int, int, int]:
    row = connection.execute(
        "select critical_count, warning_count, info_count from quality.runs"
        " where run_id = %s",
        [run_id],
    ).fetchone()
    return row or (0, 0, 0)


def _blocked(connection: Connection, run_id: int) -> tuple[str, ...]:
    rows = connection.execute(
        "select distinct coalesce(bloc_code, '*') from quality.findings"
        " where run_id = %s and severity = 'critical' order by 1",
        [run_id],
    )
    return tuple(bloc for (bloc,) in rows)
