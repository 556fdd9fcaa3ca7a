"""The whole pipeline without Airflow, in the same steps as the DAGs."""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import DatabaseSettings, Settings

if TYPE_CHECKING:
    from bloc_warehouse.checks.gate import AuditOutcome
    from bloc_warehouse.intake.run import IngestResult, Progress
    from bloc_warehouse.publish.plan import PublishOutcome

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build ran into: figures held, by cross-check.

    Attributes:
        is_new: Whether there was something to build; else it holds what it held.
    """

    held: int
    newly_held: int
    released: int
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of one complete run.

    Attributes:
        critical: Critical findings of the audit, which block publishing.
        warnings: Findings that alert and do not block.
        is_blocked: Nothing was published, or not the figures of every bloc.
        publishing: What became of the release, in a sentence.
    """

    ingested: "IngestResult"
    build: BuildResult
    critical: int
    warnings: int
    is_published: bool
    is_blocked: bool
    publishing: str


def prepare(settings: Settings) -> None:
    """Make warehouse and reference data ready; safe to repeat."""
    from bloc_warehouse.build.transform import seed
    from bloc_warehouse.database.prepare import prepare as prepare_warehouse

    prepare_warehouse(settings)
    seed(settings)


def build(settings: Settings, *, full: bool = False) -> BuildResult:
    """Cross-check the current submissions and build the facts into the candidate.

    Where readers have all that came in, and models, lists and rules are those of the
    last build, neither is done again.

    Args:
        settings: Folders and warehouse.
        full: Rebuild everything, even what did not change.
    """
    prepare(settings)
    return _build(settings, full=full)


def _build(settings: Settings, *, full: bool = False) -> BuildResult:
    from bloc_warehouse.build.transform import stage
    from bloc_warehouse.checks.gate import count_held, cross_check

    if not full and _has_all(settings):
        logger.info("nothing changed since the last build")
        held = count_held(settings)
        return BuildResult(held, newly_held=0, released=0, is_new=False)
    stage(settings, full=full)
    checked = cross_check(settings)
    checked = finish_build(settings) or checked
    return BuildResult(checked.held, checked.newly_held, checked.released)


def finish_build(settings: Settings) -> "AuditOutcome | None":
    """Build the facts of what was staged and cross-checked.

    Where other lists came into force meanwhile, or somebody built by hand, both are
    done again first.

    Returns:
        What the cross-check found, if it was done again.
    """
    from bloc_warehouse.build.transform import StagedAnewError, build_marts, stage
    from bloc_warehouse.checks.gate import cross_check

    checked = None
    try:
        build_marts(settings)
    except StagedAnewError as error:
        logger.info("%s", error)
        stage(settings)
        checked = cross_check(settings)
        build_marts(settings)
    return checked


def needs_build(settings: DatabaseSettings) -> bool:
    """Whether readers lack anything that a build could give them.

    Asked instead of "did this run load anything?", so that a run which died anywhere
    between loading and publishing is not forgotten.
    """
    from bloc_warehouse.build.waiting import PENDING, waiting_work

    with connect("ingest", settings=settings) as connection:
        return any(work.item != PENDING for work in waiting_work(connection))


def _has_all(settings: Settings) -> bool:
    """Whether a build would make, and the cross-check find, what stands already."""
    from bloc_warehouse.build.transform import is_up_to_date
    from bloc_warehouse.checks.gate import stands

    return (
        not needs_build(settings)
        and is_up_to_date(settings)
        and stands(settings, "cross_check")
    )


def describe_waiting(settings: Settings) -> dict[str, Any]:
    """Say what a build would take up: files, in all and by bloc."""
    from bloc_warehouse.build.waiting import waiting_files

    with connect("ingest", settings=settings) as connection:
        return waiting_files(connection)


def publish(
    settings: Settings,
    *,
    by: str,
    reason: str | None = None,
    override: bool = False,
    bloc: str | None = None,
    release: int | None = None,
) -> "PublishOutcome":
    """Publish what was built and audited, and write the pages of what changed.

    Takes and raises what ``publish.publish`` does.
    """
    from bloc_warehouse.publish.publish import publish as publish_release
    from bloc_warehouse.reports.period_reports import write_reports

    outcome = publish_release(
        settings, by=by, reason=reason, override=override, bloc=bloc, release=release
    )
    if outcome.published:
        write_reports(settings)
    return outcome


def run(
    settings: Settings, *, by: str, progress: "Progress | None" = None
) -> RunResult:
    """Ingest, build, audit, publish, remind and alert, once.

    A failure raises an alert, which is sent before the error is re-raised.

    Args:
        settings: Folders and warehouse.
        by: Who runs it; kept with the release.
        progress: Called with (files done, files in all) while ingesting.
    """
    from bloc_warehouse.alerts.alerts import remind
    from bloc_warehouse.alerts.delivery import send_pending
    from bloc_warehouse.alerts.failures import record_failures

    with record_failures(settings, "bloc run", "run"):
        result = _run(settings, by, progress)
        remind(settings)
    send_pending(settings)
    return result


def _run(settings: Settings, by: str, progress: "Progress | None") -> RunResult:
    from bloc_warehouse.checks.gate import audit
    from bloc_warehouse.intake.run import ingest

    prepare(settings)
    ingested = ingest(settings, progress=progress)
    built = _build(settings)
    audited = audit(settings)
    outcome = publish(settings, by=f"run:{by}")  # `bloc publish` alone unpins
    return RunResult(
        ingested=ingested,
        build=built,
        critical=audited.critical,
        warnings=audited.warnings,
        is_published=outcome.published,
        is_blocked=outcome.blocked or bool(outcome.kept),
        publishing=outcome.message,
    )
