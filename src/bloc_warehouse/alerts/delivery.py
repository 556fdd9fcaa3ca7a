"""Sends what alerts have to say: after the fact is recorded, and apart from the run.

Each event is routed once; each of its deliveries is sent until it arrives or is given
up. A process that is killed between sending and recording sends again, with the same
key (``Message-ID``, ``X-Delivery-Id``): at least once, and a receiver can tell.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row, dict_row

from bloc_warehouse.alerts.alerts import refresh
from bloc_warehouse.alerts.channels import (
    ChannelDownError,
    MessageRefusedError,
    Send,
    open_channel,
)
from bloc_warehouse.alerts.grouping import Due, due_at, folded, grouped
from bloc_warehouse.alerts.messages import Notice, unrecorded_notice
from bloc_warehouse.alerts.routes import LOG, Channel, Routes, load_routes
from bloc_warehouse.checks.run_report import shown_at
from bloc_warehouse.database.connection import connect
from bloc_warehouse.errors import SettingsError
from bloc_warehouse.reports.period_reports import newest_report
from bloc_warehouse.settings import AlertSettings, Settings
from bloc_warehouse.sql import statement

WAITS = (1, 5, 15, 60)  # minutes after each failed try; after one more it is given up
_OF_AUDITS = frozenset({
    "publish_blocked", "publish_overridden", "claim_not_met", "check_failed",
    "figures_held",
})  # fmt: skip
_MOST_SECONDS = 60  # of one channel in one go: the rest goes with the next

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one go did, in messages."""

    sent: int
    failed: int
    given_up: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a test message; ``error`` is None if it was taken."""

    channel: str
    type: str
    error: str | None


def send_pending(settings: Settings) -> Delivered:
    """Refresh the alerts and send their pending messages."""
    refresh(settings)
    done = deliver(settings)
    if done.given_up:  # a channel given up is an alert for the other channels
        refresh(settings)
        more = deliver(settings)
        return Delivered(
            done.sent + more.sent,
            done.failed + more.failed,
            done.given_up + more.given_up,
        )
    return done


def deliver(settings: Settings, *, again: bool = False) -> Delivered:
    """Send what is due, each channel by itself: a slow one keeps no other waiting.

    Args:
        settings: The warehouse and the routes.
        again: Also what was given up.

    Raises:
        RoutesError: The file of routes is wrong; nothing is lost meanwhile.
    """
    routes = load_routes(settings)
    with connect("ingest", settings=settings) as connection:
        if routes.are_ours:
            _route(connection, routes, settings)
            _drop_lost(connection, routes)
        else:
            connection.execute(statement("alerts/log_events"), {"channel": LOG})
        if again:
            connection.execute(
                "update quality.deliveries set state = 'failed', attempts = 0,"
                " next_attempt_at = clock_timestamp() where state = 'given_up'"
            )
        rows = connection.execute(
            "select distinct channel from quality.deliveries"
            " where state in ('pending', 'failed') and channel = any(%s)"
            " and next_attempt_at <= clock_timestamp()",
            [list(routes.channels)],
        ).fetchall()
    waiting = [routes.channels[name] for (name,) in rows]
    with ThreadPoolExecutor(max_workers=max(1, len(waiting))) as pool:
        done = pool.map(lambda channel: _empty(settings, channel), waiting)
        counts: Counter[str] = sum(done, Counter())
    return Delivered(counts["sent"], counts["failed"], counts["given_up"])


def try_channels(settings: AlertSettings) -> list[Tried]:
    """Send a test message through each channel; nothing of it is recorded.

    Raises:
        RoutesError: The file of routes is wrong.
    """
    channels = load_routes(settings).channels
    return [_try(settings, channels[name]) for name in sorted(channels)]


def _try(settings: AlertSettings, channel: Channel) -> Tried:
    notice = unrecorded_notice(
        "test",
        "test",
        "info",
        channel.name,
        text_vi=f"Tin thử qua kênh {channel.name}, không cần làm gì",
        text_en=f"A test through channel {channel.name}, nothing needs to be done",
    )
    try:
        with open_channel(channel, settings) as send:
            send(notice)
    except (ChannelDownError, MessageRefusedError, SettingsError) as error:
        return Tried(channel.name, channel.type, str(error))
    return Tried(channel.name, channel.type, None)


def _route(connection: Connection, routes: Routes, settings: AlertSettings) -> None:
    """Make the deliveries of events that have none yet, each due when its channel says.

    What is over, and only the logs of hosts without routes heard of, is no news.
    """
    connection.execute(statement("alerts/skip_logged_events"), {"channel": LOG})
    with connection.cursor(row_factory=dict_row) as cursor:
        events = cursor.execute(statement("alerts/unrouted_events")).fetchall()
    now = datetime.now(UTC)
    for event in events:
        if event["event"] == "closed":
            # only those notified of the opening are notified of the end
            channels = _told(connection, event["alert_id"])
        else:
            channels = routes.channels_for(
                event["severity"], event["bloc_code"], event["kind"]
            )
        if event["kind"] == "channel_down":
            channels -= {event["subject"]}
        names = sorted(channels & routes.channels.keys())
        due = [
            due_at(routes.channels[name], event["severity"], now, settings.zone)
            for name in names
        ]
        connection.execute(
            "insert into quality.deliveries"
            " (event_id, alert_id, event, channel, next_attempt_at)"
            " select %s, %s, %s, channel, coalesce(due_at, clock_timestamp())"
            " from unnest(%s::text[], %s::timestamptz[]) as channels (channel, due_at)"
            " on conflict do nothing",
            [event["event_id"], event["alert_id"], event["event"], names, due],
        )
        connection.execute(
            "update quality.alert_events set routed_at = clock_timestamp()"
            " where event_id = %s",
            [event["event_id"]],
        )


def _drop_lost(connection: Connection, routes: Routes) -> None:
    """Give up what waits for a channel that the file has no more."""
    connection.execute(
        "update quality.deliveries set state = 'given_up',"
        " error = 'the channel was taken out of the file'"
        " where state in ('pending', 'failed') and channel <> all(%s)",
        [list(routes.channels)],
    )


def _told(connection: Connection, alert_id: int) -> frozenset[str]:
    rows = connection.execute(
        "select distinct channel from quality.deliveries where alert_id = %s",
        [alert_id],
    )
    return frozenset(channel for (channel,) in rows)


def _empty(settings: Settings, channel: Channel) -> Counter[str]:
    """Send all that is due for one channel; the first failure ends it."""
    done: Counter[str] = Counter()
    until = time.monotonic() + _MOST_SECONDS
    with connect("ingest", settings=settings) as connection, ExitStack() as stack:
        send: Send | None = None
        for rows in _due(connection, channel):
            ids = [row["delivery_id"] for row in rows]
            try:
                send = send or stack.enter_context(open_channel(channel, settings))
                send(_message(rows, channel, settings))
            except ChannelDownError as error:
                done += _postpone(connection, channel.name, str(error), error.wait)
                break
            except SettingsError as error:
                done += _postpone(connection, channel.name, str(error))
                break
            except MessageRefusedError as error:
                _give_up(connection, ids, str(error))
                done["given_up"] += len(ids)
            else:
                _record_sent(connection, ids)
                done["sent"] += 1
            connection.commit()
            if time.monotonic() > until:
                break
    return done


def _due(connection: Connection, channel: Channel) -> Iterator[list[dict[str, Any]]]:
    """Yield what is due, message by message, each locked until the caller commits.

    Another process may send the same meanwhile: what it has taken is not yielded.
    """
    with connection.cursor(row_factory=class_row(Due)) as cursor:
        due = cursor.execute(statement("alerts/due_messages"), [channel.name])
        groups = grouped(due.fetchall(), channel)
    connection.commit()
    for ids in groups:
        with connection.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(statement("alerts/due_deliveries"), [ids]).fetchall()
        if rows:
            yield rows


def _message(
    rows: list[dict[str, Any]], channel: Channel, settings: AlertSettings
) -> Notice:
    """Return the one message for these deliveries."""
    titles = {row["kind"]: (row["title_vi"], row["title_en"]) for row in rows}
    notices = [_notice(row, channel, settings) for row in rows]
    return folded(notices, titles, settings.reports_url)


def _notice(row: dict[str, Any], channel: Channel, settings: AlertSettings) -> Notice:
    words = "text" if channel.shows_confidential else "public"
    return Notice(
        key=str(row["delivery_key"]),
        event=row["event"],
        alert_id=row["alert_id"],
        kind=row["kind"],
        severity=row["severity"],
        bloc_code=row["bloc_code"],
        unit_code=row["unit_code"],
        period_code=row["period_code"],
        subject=row["subject"],
        text_vi=row[f"{words}_vi"],
        text_en=row[f"{words}_en"],
        occurred_at=row["occurred_at"],
        opened_at=row["opened_at"],
        links=_links(row, settings),
    )


def _links(row: dict[str, Any], settings: AlertSettings) -> tuple[tuple[str, str], ...]:
    bloc, period = row["bloc_code"], row["period_code"]
    report = newest_report(settings, bloc, period) if bloc and period else None
    has_docs = row["audit_report"] and row["kind"] in _OF_AUDITS
    docs: str | None = row["audit_report"] if has_docs else None
    pages = (("Báo cáo kỳ / Report", report), ("Kết quả kiểm tra / Checks", docs))
    return tuple((words, shown_at(page, settings)) for words, page in pages if page)


def _record_sent(connection: Connection, delivery_ids: list[int]) -> None:
    connection.execute(
        "update quality.deliveries set state = 'sent', attempts = attempts + 1,"
        " attempted_at = clock_timestamp(), sent_at = clock_timestamp(), error = null"
        " where delivery_id = any(%s)",
        [delivery_ids],
    )


def _give_up(connection: Connection, delivery_ids: list[int], error: str) -> None:
    connection.execute(
        "update quality.deliveries set state = 'given_up', attempts = attempts + 1,"
        " attempted_at = clock_timestamp(), error = %s where delivery_id = any(%s)",
        [error, delivery_ids],
    )


def _postpone(
    connection: Connection, channel: str, error: str, asked: int = 0
) -> Counter[str]:
    """Try all that is due for a channel later: it is down, or asked for a pause."""
    logger.warning("channel %s is down: %s", channel, error)
    rows = connection.execute(
        statement("alerts/postpone_deliveries"),
        {"channel": channel, "error": error, "waits": list(WAITS), "asked": asked},
    ).fetchall()
    connection.commit()
    return Counter(state for (state,) in rows)
