"""The two gates: before the facts (``cross_check``) and before publishing (``audit``).

A rule's query runs once, set-based, and writes all of its rows to
``quality.findings``; Great Expectations counts them there and decides by severity.
What a run finds then moves the violations' lives, the holds and the release.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from psycopg import Connection

from bloc_warehouse.build import releases
from bloc_warehouse.checks.data_docs import docs_folder, prune_docs
from bloc_warehouse.checks.holds import Holds, tell_senders, update_holds
from bloc_warehouse.checks.model import Expectation, Stage, Suite
from bloc_warehouse.checks.rules import record_findings, register_rules
from bloc_warehouse.checks.slices import (
    Slice,
    drop_replaced,
    open_slice,
    rules_sha256,
)
from bloc_warehouse.checks.suites import load_suites
from bloc_warehouse.checks.violations import merge_violations
from bloc_warehouse.database.connection import connect, sqlalchemy_url
from bloc_warehouse.database.locks import Lock, lock_for_session
from bloc_warehouse.settings import DatabaseSettings, Settings, StorageSettings

if TYPE_CHECKING:
    from bloc_warehouse.checks.validate import Result


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
        report: Index page of the run's data docs.
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
        run_id, suites, results = _examine(connection, settings, "cross_check")
        holds = update_holds(connection, run_id, suites)
        outcome = _finish(connection, settings, run_id, "cross_check", results, holds)
        connection.commit()
        tell_senders(connection, settings)
        prune_docs(connection, settings)
        connection.commit()
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
        release_id = releases.candidate(connection)
        if release_id is None:
            return _NOTHING_TO_AUDIT
        run_id, suites, results = _examine(connection, settings, "audit")
        holds = update_holds(connection, run_id, suites)
        outcome = _finish(connection, settings, run_id, "audit", results, holds)
        releases.record_audit(connection, release_id, run_id)
        connection.commit()
        tell_senders(connection, settings)
        prune_docs(connection, settings)
        connection.commit()
    return outcome


@contextmanager
def _gate(settings: DatabaseSettings) -> Iterator[Connection]:
    with connect("ingest", settings=settings) as connection:
        lock_for_session(connection, Lock.GATE)
        connection.commit()
        yield connection


def _examine(
    connection: Connection, settings: Settings, stage: Stage
) -> tuple[int, tuple[Suite, ...], list["Result"]]:
    """Write the findings, have them counted, keep the results."""
    keep_gx_quiet()
    from bloc_warehouse.checks.validate import validate  # seconds to import

    suites = load_suites(settings.project_dir / "expectations", stage)
    fingerprint = rules_sha256(suites)
    slice_ = open_slice(connection, stage, suites, fingerprint)
    run_id = _start(connection, stage, fingerprint, slice_)
    register_rules(connection, suites)
    if slice_ is None:
        # a rule joins all returns with themselves, and what the planner takes for a few
        # rows are all of them: a nested loop's cost grows with their square
        connection.execute("set local enable_nestloop = off")
    for suite in suites:
        for expectation in suite.active:
            if expectation.sql:
                record_findings(connection, run_id, expectation, slice_)
    connection.commit()
    results = validate(
        suites,
        run_id,
        address=sqlalchemy_url("ingest", settings),
        docs=docs_folder(settings, run_id, stage),
    )
    _record_results(connection, run_id, suites, results)
    return run_id, suites, results


def keep_gx_quiet() -> None:
    """Keep Great Expectations' own notes out of the run's; call it before the import.

    What it registers, a temporary folder, a schema's name: most while it is imported.
    """
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    # this one sets its own level when it is imported
    base = logging.getLogger("great_expectations.data_context.types.base")
    base.addFilter(_is_error)


def _is_error(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR


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


def _record_results(
    connection: Connection,
    run_id: int,
    suites: Sequence[Suite],
    results: Sequence["Result"],
) -> None:
    """Keep the results; a standard expectation that failed is a finding as well."""
    expectations = {one.id: one for suite in suites for one in suite.expectations}
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into quality.results (run_id, suite, rule, expectation_type,"
            " severity, success, finding_count, observed, exception)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [(run_id, *astuple(result)) for result in results],
        )
        cursor.executemany(
            "insert into quality.findings (run_id, rule, severity, left_value,"
            " right_value, message_vi, message_en, cure_vi, cure_en)"
            " values (%s, %s, %s, %s, 0, %s, %s, %s, %s)",
            [
                (
                    run_id,
                    result.rule,
                    result.severity,
                    result.finding_count,
                    *_said(expectations[result.rule], result),
                )
                for result in results
                if not result.success
                and (expectations[result.rule].type or result.exception)
            ],
        )


def _said(rule: Expectation, result: "Result") -> tuple[str, str, str, str]:
    count = str(result.finding_count)
    trouble = f" ({result.exception})" if result.exception else ""
    return (
        rule.message_vi.replace("{left}", count) + trouble,
        rule.message_en.replace("{left}", count) + trouble,
        rule.cure_vi,
        rule.cure_en,
    )


def _finish(
    connection: Connection,
    settings: StorageSettings,
    run_id: int,
    stage: Stage,
    results: Sequence["Result"],
    holds: Holds,
) -> AuditOutcome:
    merge_violations(connection, settings, run_id, stage)
    counts = _counts(connection, run_id)
    report = docs_folder(settings, run_id, stage) / "index.html"
    connection.execute(
        "update quality.runs set finished_at = clock_timestamp(), critical_count = %s,"
        " warning_count = %s, info_count = %s, report = %s where run_id = %s",
        [*counts, str(report), run_id],
    )
    failed = [result for result in results if not result.success]
    for result in failed:
        logger.log(
            logging.INFO if result.severity == "info" else logging.WARNING,
            "%s %s: %s findings (%s)",
            *(stage, result.rule, result.finding_count, result.severity),
        )
    return AuditOutcome(
        run_id=run_id,
        stage=stage,
        success=not any(result.severity == "critical" for result in failed),
        critical=counts[0],
        warnings=counts[1],
        infos=counts[2],
        blocked_blocs=_blocked(connection, run_id) if stage == "audit" else (),
        held=holds.held,
        newly_held=holds.newly_held,
        released=holds.released,
        report=str(report),
    )


def _counts(connection: Connection, run_id: int) -> tuple[int, int, int]:
    row = connection.execute(
        "select count(*) filter (where severity = 'critical'),"
        " count(*) filter (where severity = 'warning'),"
        " count(*) filter (where severity = 'info')"
        " from quality.findings where run_id = %s",
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
