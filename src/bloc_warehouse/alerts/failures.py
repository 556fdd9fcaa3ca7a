"""Steps that fail: recorded until the same step ends well, and told like all alerts.

If the warehouse itself cannot be reached, nothing can be recorded: then the channels
are notified at once, and not again for some hours.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import psycopg

from bloc_warehouse.alerts.channels import (
    ChannelDownError,
    MessageRefusedError,
    open_channel,
)
from bloc_warehouse.alerts.delivery import send_pending
from bloc_warehouse.alerts.messages import Notice, unrecorded_notice
from bloc_warehouse.alerts.routes import load_routes
from bloc_warehouse.database.connection import connect
from bloc_warehouse.errors import BusyError, SetupError
from bloc_warehouse.settings import AlertSettings, DatabaseSettings, Settings

_SILENT_HOURS = 6
_LONGEST = 200
_STAMP = "warehouse-unreachable"

logger = logging.getLogger(__name__)


@contextmanager
def record_failures(settings: Settings, pipeline: str, step: str) -> Iterator[None]:
    """Record whether a step fails or succeeds; report failures and re-raise them.

    Being refused because another run does the step is neither.
    """
    try:
        yield
    except BusyError:  # the other run records how it ends
        raise
    except Exception as error:
        run = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        if report_failure(settings, pipeline, step, run, error):
            try:
                send_pending(settings)
            except (psycopg.Error, SetupError) as problem:
                logger.warning("the failure could not be reported: %s", problem)
        raise
    report_success(settings, pipeline, step)


def report_failure(
    settings: Settings, pipeline: str, step: str, run: str, error: BaseException | None
) -> bool:
    """Record that a step failed; the next refresh opens its alert.

    Returns:
        False if the warehouse could not be reached; the channels are notified then.
    """
    words = _one_line(error)
    try:
        with connect("ingest", settings=settings) as connection:
            connection.execute(
                "insert into quality.failures as failures (pipeline, step, run, error)"
                " values (%s, %s, %s, %s)"
                " on conflict (pipeline, step) where recovered_at is null do update set"
                " run = excluded.run, error = excluded.error,"
                " failed_at = excluded.failed_at,"
                " failure_count = failures.failure_count + 1",
                [pipeline, step, run, words],
            )
            _keep_told(connection, pipeline, run)
    except (psycopg.Error, SetupError):
        logger.exception("the warehouse cannot be reached")
        _send_directly(settings, f"{pipeline}.{step}", words)
        return False
    return True


def report_refusal(
    settings: DatabaseSettings, pipeline: str, step: str, run: str, error: BaseException
) -> None:
    """Record that a person's order was refused: answered, and nothing to put right."""
    with connect("ingest", settings=settings) as connection:
        connection.execute(
            "insert into quality.failures (pipeline, step, run, error, recovered_at)"
            " values (%s, %s, %s, %s, clock_timestamp())",
            [pipeline, step, run, _one_line(error)],
        )
        _keep_told(connection, pipeline, run)


def has_reported(settings: DatabaseSettings, pipeline: str, run: str) -> bool:
    """Tell whether a step of this run has said already why it failed."""
    try:
        with connect("ingest", settings=settings) as connection:
            found = connection.execute(
                "select exists (select from quality.failed_runs"
                " where pipeline = %s and run = %s)",
                [pipeline, run],
            ).fetchone()
    except (psycopg.Error, SetupError):
        return False
    return found == (True,)


def report_success(
    settings: DatabaseSettings, pipeline: str, step: str, *, but_run: str | None = None
) -> None:
    """Record that a step ended well: what failed there before is over.

    Args:
        settings: The warehouse.
        pipeline: As for ``report_failure``.
        step: As for ``report_failure``.
        but_run: A run whose failure stays, for a step of many parts of which only one
            ended well.
    """
    (settings.data_dir / _STAMP).unlink(missing_ok=True)
    with connect("ingest", settings=settings) as connection:
        connection.execute(
            "update quality.failures set recovered_at = clock_timestamp()"
            " where pipeline = %s and step = %s and recovered_at is null"
            " and run is distinct from %s",
            [pipeline, step, but_run],
        )


def _keep_told(connection: psycopg.Connection, pipeline: str, run: str) -> None:
    """Remember the run: a failure after it replaces its name in ``failures``."""
    connection.execute(
        "insert into quality.failed_runs (pipeline, run) values (%s, %s)"
        " on conflict do nothing",
        [pipeline, run],
    )


def _send_directly(settings: AlertSettings, subject: str, words: str) -> None:
    stamp = settings.data_dir / _STAMP
    if stamp.exists() and time.time() - stamp.stat().st_mtime < _SILENT_HOURS * 3600:
        return
    notice = _notice(subject, words)
    try:
        routes = load_routes(settings)
        stamp.touch()
    except (OSError, SetupError) as error:
        logger.warning("nobody can be notified: %s", error)
        return
    for name in sorted(routes.channels_for(notice.severity, None, notice.kind)):
        try:
            with open_channel(routes.channels[name], settings) as send:
                send(replace(notice, key=str(uuid4())))
        except (ChannelDownError, MessageRefusedError, SetupError) as error:
            logger.warning("channel %s is down: %s", name, error)


def _notice(subject: str, words: str) -> Notice:
    return unrecorded_notice(
        "opened",
        "pipeline_failed",
        "critical",
        subject,
        text_vi=f"Không kết nối được kho dữ liệu: {subject}\n{words}",
        text_en=f"The warehouse cannot be reached: {subject}\n{words}",
    )


def _one_line(error: BaseException | None) -> str:
    if error is None:
        return "?"
    first = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first}"[:_LONGEST]
