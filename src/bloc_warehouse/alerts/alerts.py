"""Alerts: one for each thing that somebody can put right, open as long as it is wrong.

They are worked out from violations, files, releases and the calendar of what is owed,
so a repeated run opens nothing twice and the next run makes up for a lost one
one. What an alert has to say, when it opens, gets worse, is overdue for longer or
closes, is written down in the same transaction; ``delivery`` sends it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from psycopg import Connection, sql
from psycopg.rows import class_row

from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.locks import Lock, lock_until_commit
from bloc_warehouse.domain.periods import LAST_PARTS
from bloc_warehouse.settings import AlertSettings, DatabaseSettings, Settings
from bloc_warehouse.sql import statement

# what is owed; before a build was made there is no such table
_EXPECTED = sql.SQL(
    "select bloc_code, unit_code, form, period_code, due_on"
    " from intermediate.int_returns_expected"
)
_NONE_EXPECTED = sql.SQL(
    "select ''::text as bloc_code, ''::text as unit_code, ''::text as form,"
    " ''::text as period_code, null::date as due_on where false"
)


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


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """A message of an alert to one channel; ``channel`` is None if it went to none."""

    event: str
    occurred_at: datetime
    channel: str | None
    state: str | None
    attempts: int | None
    sent_at: datetime | None
    error: str | None


def remind(settings: Settings, day: date | None = None) -> AlertChanges:
    """Look at due days as of a day, and refresh: reminders open and escalate by it.

    Args:
        settings: The warehouse, and the days of reminding.
        day: The bloc's day; None takes today. An earlier one than before changes
            nothing.
    """
    with connect("ingest", settings=settings) as connection:
        connection.execute(
            "insert into quality.reminders (reminded_on) values (%s)"
            " on conflict do nothing",
            [day or datetime.now(settings.zone).date()],
        )
    return refresh(settings)


def refresh(settings: Settings) -> AlertChanges:
    """Open, update and close alerts so that they say what is wrong now."""
    with connect("ingest", settings=settings) as connection:
        lock_until_commit(connection, Lock.ALERTS)
        _keep_settings(connection, settings)
        _keep_missing_returns(connection, settings)
        changes = connection.execute(statement("alerts/refresh_alerts")).fetchall()
        connection.execute(
            statement("alerts/write_alert_events"),
            {
                "alert_ids": [alert_id for alert_id, _, _ in changes],
                "news": [news for _, _, news in changes],
            },
        )
    counts = Counter(outcome for _, outcome, _ in changes)
    return AlertChanges(counts["opened"], counts["changed"], counts["closed"])


def _keep_settings(connection: Connection, settings: Settings) -> None:
    """Let the views know the settings, and the day that is looked at."""
    connection.execute(
        statement("alerts/keep_settings"),
        {
            "remind_days": list(settings.remind_days),
            "most_units": settings.alert_units,
            "stale_hours": settings.stale_hours,
            "channels": _channels(settings),
        },
    )


def _keep_missing_returns(connection: Connection, settings: AlertSettings) -> None:
    """Keep what is missing in a table, for several views ask for it."""
    (is_built,) = connection.execute(
        "select to_regclass('intermediate.int_returns_expected') is not null"
    ).fetchone() or (False,)
    from bloc_warehouse.forms.registry import load_registry

    forms = load_registry().latest
    connection.execute("drop table if exists pg_temp.current_missing_returns")
    connection.execute(
        statement("alerts/current_missing_returns").format(
            expected=_EXPECTED if is_built else _NONE_EXPECTED
        ),
        {
            "days_before": max(0, -settings.remind_days[0]),
            "period_types": [whole for whole, _ in LAST_PARTS],
            "last_parts": [part for _, part in LAST_PARTS],
            "forms": [form.name for form in forms],
            "codes": [form.code for form in forms],
            "titles_vi": [form.title_vi for form in forms],
            "titles_en": [form.title_en for form in forms],
        },
    )
    connection.execute(statement("alerts/keep_missing_returns"))


def _channels(settings: Settings) -> list[str] | None:
    """Return the known channels; None, which means all, if they cannot be read."""
    from bloc_warehouse.alerts.routes import RoutesError, load_routes

    try:
        routes = load_routes(settings)
    except RoutesError:
        return None
    return sorted(routes.channels) if routes.are_ours else None


def list_alerts(settings: DatabaseSettings, *, closed: bool = False) -> list[Alert]:
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


def read_alert(
    settings: DatabaseSettings, alert_id: int
) -> tuple[Alert, list[AlertEvent]] | None:
    """Return an alert and its messages; None if it does not exist."""
    with connect("ingest", settings=settings) as connection:
        with connection.cursor(row_factory=class_row(Alert)) as cursor:
            alert = cursor.execute(
                "select alert_id, kind, severity, bloc_code, unit_code, period_code,"
                " subject, text_vi, text_en, opened_at, changed_at, closed_at"
                " from quality.alerts where alert_id = %s",
                [alert_id],
            ).fetchone()
        with connection.cursor(row_factory=class_row(AlertEvent)) as cursor:
            events = cursor.execute(
                "select alert_events.event, occurred_at, channel, state, attempts,"
                " sent_at, error from quality.alert_events"
                " left join quality.deliveries using (event_id)"
                " where alert_events.alert_id = %s order by event_id, channel",
                [alert_id],
            ).fetchall()
    return (alert, events) if alert else None
