"""Closes a bloc's period, and opens it again.

Closing fixes which versions count: ``quality.closed_returns`` names them, and the
facts rest on them until the period is re-opened, whatever is sent, withdrawn or read
again meanwhile. Which version counts is decided as before: a late
correction is the *accepted* one, marked as a correction to a closed period.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from psycopg import Connection
from psycopg.rows import class_row

from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.domain.periods import Period, period_of
from bloc_warehouse.intake.load.load import lock_loading
from bloc_warehouse.settings import DatabaseSettings
from bloc_warehouse.sql import statement

_SHOWN = 20  # obstacles, one by one

logger = logging.getLogger(__name__)


class ClosingError(ValueError):
    """The period cannot be closed or re-opened so; the message says what to do.

    Attributes:
        obstacles: What is open, one sentence each; empty for a wrong order.
    """

    def __init__(self, message: str, obstacles: tuple[str, ...] = ()) -> None:
        """Keep the obstacles beside the message."""
        super().__init__(message)
        self.obstacles = obstacles


@dataclass(frozen=True, slots=True)
class Closing:
    """One time of being closed; in force while ``reopened_at`` is None.

    Attributes:
        left_open: What was open, if the period was closed in spite of it.
        corrections: Versions that came later and wait to be let in.
    """

    closing_id: int
    bloc_code: str
    period_code: str
    closed_at: datetime
    closed_by: str
    reason: str | None
    left_open: list[str]
    reopened_at: datetime | None
    reopened_by: str | None
    reopen_reason: str | None
    corrections: int


def close_period(
    settings: DatabaseSettings,
    bloc: str,
    period: str,
    *,
    by: str,
    reason: str | None = None,
    incomplete: bool = False,
    accepted: Sequence[str] = (),
    with_critical_findings: bool = False,
) -> Closing:
    """Fix the figures of a bloc's period.

    A critical finding is closed in only in so many words: what would correct it waits
    from then on, and the bloc stays blocked until the period is re-opened.

    Args:
        settings: The warehouse.
        bloc: The bloc's code.
        period: The period's code, e.g. ``2024-H1``.
        by: Who closes it.
        reason: Why; needed for ``incomplete``.
        incomplete: Close although something is open; what it is, is kept.
        accepted: Close although just this is open, what somebody has seen and approved.
        with_critical_findings: Close although critical findings are open.

    Raises:
        ClosingError: Something is open, or the order makes no sense.
    """
    if (incomplete or accepted) and not (reason and reason.strip()):
        raise ClosingError("closing what is incomplete needs a reason (--reason)")
    with connect("ingest", settings=settings) as connection:
        lock_loading(connection)
        days = _closable(connection, bloc, period)
        open_points = tuple(_obstacles(connection, bloc, days))
        if not with_critical_findings:
            refuse_critical(bloc, period, open_points)
        if set(open_points) - set(accepted) and not incomplete:
            raise ClosingError(
                f"{bloc} {period} cannot be closed: "
                f"{counted(len(open_points), 'point is open', 'points are open')};"
                " settle them, or close it with --incomplete and a reason",
                open_points,
            )
        connection.execute(
            statement("publish/close_period"),
            {"bloc": bloc, "period": period, "by": by, "reason": reason,
             "left_open": list(open_points)},
        )  # fmt: skip
        closing = _one(connection, bloc, period)
    logger.info("%s %s closed by %s", bloc, period, by)
    return closing


def reopen_period(
    settings: DatabaseSettings, bloc: str, period: str, *, by: str, reason: str
) -> Closing:
    """Let the corrections of a closed period into the facts of the next build.

    The next ``write_receipts`` answers their senders again.

    Raises:
        ClosingError: It is not closed, or no reason is given.
    """
    if not reason.strip():
        raise ClosingError("re-opening a period needs a reason (--reason)")
    with connect("ingest", settings=settings) as connection:
        lock_loading(connection)
        _known(connection, bloc, period)
        if not _in_force(connection, bloc, period):
            raise ClosingError(f"{bloc} {period} is not closed")
        closing = _one(connection, bloc, period)
        connection.execute(
            statement("publish/reopen_period"),
            {"closing_id": closing.closing_id, "by": by, "reason": reason.strip()},
        )
        closing = _one(connection, bloc, period)
    logger.info("%s %s re-opened by %s: %s", bloc, period, by, reason)
    return closing


def list_closings(settings: DatabaseSettings, bloc: str | None = None) -> list[Closing]:
    """Return every closing, the latest first."""
    with connect("ingest", settings=settings) as connection:
        return _closings(connection, bloc, None)


def is_critical(point: str) -> bool:
    """Whether an open point is a critical finding, which blocks the bloc."""
    return point.startswith("critical finding ")


def refuse_critical(bloc: str, period: str, points: tuple[str, ...]) -> None:
    """Refuse to close where critical findings are among what is open.

    Raises:
        ClosingError: They are.
    """
    if any(map(is_critical, points)):
        raise ClosingError(
            f"{bloc} {period} has critical findings: once it is closed, what corrects"
            " them stays out of the totals and the bloc stays blocked; settle them"
            " first, or say --with-critical-findings (in Airflow: despite)",
            points,
        )


def obstacles(settings: DatabaseSettings, bloc: str, period: str) -> tuple[str, ...]:
    """Say what is open before a period can be closed; nothing is changed.

    Raises:
        ClosingError: There is no such bloc or period, or it is closed already.
    """
    with connect("ingest", settings=settings) as connection:
        return tuple(_obstacles(connection, bloc, _closable(connection, bloc, period)))


def _known(connection: Connection, bloc: str, period: str) -> Period:
    found = connection.execute(
        "select exists (select from reference.ref_blocs where bloc_code = %s)", [bloc]
    )
    if found.fetchone() != (True,):
        raise ClosingError(f"there is no bloc {bloc}")
    try:
        return period_of(period)
    except ValueError as error:
        raise ClosingError(str(error)) from error


def _closable(connection: Connection, bloc: str, period: str) -> Period:
    days = _known(connection, bloc, period)
    if _in_force(connection, bloc, period):
        raise ClosingError(f"{bloc} {period} is closed already")
    return days


def _in_force(connection: Connection, bloc: str, period: str) -> bool:
    found = connection.execute(
        "select exists (select from quality.period_closings where bloc_code = %s"
        " and period_code = %s and reopened_at is null)",
        [bloc, period],
    )
    return found.fetchone() == (True,)


def _one(connection: Connection, bloc: str, period: str) -> Closing:
    return _closings(connection, bloc, period)[0]


def _closings(
    connection: Connection, bloc: str | None, period: str | None
) -> list[Closing]:
    with connection.cursor(row_factory=class_row(Closing)) as cursor:
        return cursor.execute(
            statement("publish/list_closings"), {"bloc": bloc, "period": period}
        ).fetchall()


def _obstacles(connection: Connection, bloc: str, period: Period) -> Iterator[str]:
    """Yield what is open: days, files not yet published, returns, findings."""
    if period.end >= datetime.now(UTC).date():
        yield f"the period is not over before {period.end:%d/%m/%Y}"
    if not _is_published(connection):
        yield "nothing is published yet: run `bloc run`"
        return
    row = connection.execute(
        "select count(*) from raw.files where state = 'pending' or answered_at >"
        " (select build_started_at from quality.releases where state = 'live')"
    ).fetchone()
    if row and row[0]:
        files = counted(row[0], "file")
        yield f"{files} came after the live release was built: run `bloc run`"
    rows = connection.execute(
        statement("publish/open_points"), {"bloc": bloc, "period": period.code}
    )
    points = [point for (point,) in rows]
    yield from islice(points, _SHOWN)
    if len(points) > _SHOWN:
        yield f"and {len(points) - _SHOWN} more: see `bloc status`"


def _is_published(connection: Connection) -> bool:
    found = connection.execute("select to_regclass('marts.fct_returns') is not null")
    return found.fetchone() == (True,)
