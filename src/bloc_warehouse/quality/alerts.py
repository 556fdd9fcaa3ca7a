"""Alerts: one for each thing that somebody can put right, open as long as it is wrong.

They are worked out from violations, files and releases, so a repeated run opens
nothing twice and a run that was lost is made good by the next one.
"""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from bloc_warehouse.quality.rules import statement
from bloc_warehouse.settings import Settings
from bloc_warehouse.warehouse.connection import connect

_LOCK = 7_201_912  # one refresh at a time

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AlertChanges:
    """How many alerts a refresh opened, changed and closed."""

    opened: int
    changed: int
    closed: int


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert; open while ``closed_at`` is None."""

    alert_id: int
    kind: str
    severity: str
    bloc_code: str | None
    unit_code: str | None
    period_code: str | None
    subject: str
    text_vi: str
    text_en: str
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


def refresh(settings: Settings) -> AlertChanges:
    """Open, update and close alerts so that they say what is wrong now."""
    with connect("ingest", settings=settings) as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        changes = connection.execute(statement("refresh_alerts")).fetchall()
    for change, kind, subject in changes:
        level = logging.INFO if change == "closed" else logging.WARNING
        logger.log(level, "alert %s: %s, %s", change, kind, subject)
    counts = Counter(change for change, *_ in changes)
    return AlertChanges(counts["opened"], counts["changed"], counts["closed"])


def list_alerts(settings: Settings, *, closed: bool = False) -> list[Alert]:
    """Return the open alerts, worst and oldest first; the closed ones too if asked."""
    with (
        connect("ingest", settings=settings) as connection,
        connection.cursor(row_factory=class_row(Alert)) as cursor,
    ):
        return cursor.execute(
            "select alert_id, kind, severity, bloc_code, unit_code, period_code,"
            " subject, text_vi, text_en, opened_at, changed_at, closed_at"
            " from quality.alerts where closed_at is null or %s"
            " order by closed_at is not null, severity, opened_at, alert_id",
            [closed],
        ).fetchall()
