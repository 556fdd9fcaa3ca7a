"""Eighty rejected files are one message, and what can wait comes once a day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.alerts.web import Web, web_server

from bloc_warehouse.alerts.delivery import deliver, send_pending
from bloc_warehouse.alerts.grouping import Due, due_at, grouped
from bloc_warehouse.alerts.routes import ChatChannel, LogChannel, WebhookChannel
from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings

ROUTES = """
channels:
  chat: {type: slack, url: "URL/chat"}
  daily: {type: webhook, service: teams, url: "URL/daily", digest_hour: 7}
  machine: {type: webhook, url: "URL/machine"}
routes:
  - {to: [chat, daily, machine]}
"""
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server that takes JSON."""
    with web_server() as taken:
        yield taken


@pytest.fixture
def house(warehouse: Settings, web: Web) -> Settings:
    """A warehouse with a channel of each sort."""
    warehouse.alert_routes.parent.mkdir(parents=True, exist_ok=True)
    warehouse.alert_routes.write_text(ROUTES.replace("URL", web.url), "utf-8")
    return warehouse


def violate(settings: Settings, count: int, severity: str = "warning") -> None:
    """Open an alert each in as many units."""
    with connect("ingest", settings=settings) as connection:
        connection.execute(
            "with run as (insert into quality.runs (stage) values ('cross_check')"
            " returning run_id) insert into quality.violations (stage, rule, severity,"
            " bloc_code, unit_code, period_code, message_vi, message_en, state,"
            " first_seen, opened_at, last_seen, last_run_id)"
            " select 'cross_check', 'G-' || %s, %s, 'LAN',"
            " 'LAN-' || to_char(number, 'FM000'), '2024-H1', 'sai', 'wrong', 'open',"
            " now(), now(), now(), run_id"
            " from run, generate_series(1, %s) as number",
            [severity, severity, count],
        )


def resolve(settings: Settings) -> None:
    with connect("ingest", settings=settings) as connection:
        connection.execute("update quality.violations set state = 'resolved'")


def pass_until_digest(settings: Settings) -> None:
    """Let the hour of the digest come."""
    with connect("ingest", settings=settings) as connection:
        connection.execute(
            "update quality.deliveries set next_attempt_at = now()"
            " where state = 'pending'"
        )


def states(settings: Settings, channel: str) -> dict[str, int]:
    with connect("ingest", settings=settings) as connection:
        rows: list[tuple[Any, ...]] = connection.execute(
            "select state, count(*) from quality.deliveries where channel = %s"
            " group by state",
            [channel],
        ).fetchall()
    return {str(state): int(count) for state, count in rows}


def test_eighty_alerts_at_once_are_one_message_to_people_and_eighty_to_machines(
    house: Settings, web: Web
) -> None:
    violate(house, 80)
    send_pending(house)
    ((_, body),) = web.of("/chat")
    assert "80 việc: Cần xem lại 80" in body["text"]
    assert "80 alerts: Check failed 80" in body["text"]
    assert "… và 68 việc nữa" in body["text"]
    assert "LAN-001 2024-H1" in body["text"]
    assert states(house, "chat") == {"sent": 80}
    assert len(web.of("/machine")) == 80
    resolve(house)
    send_pending(house)
    _, (_, closed) = web.of("/chat")
    assert "Cần xem lại 80 (đã xong)" in closed["text"]


def test_a_few_come_one_by_one(house: Settings, web: Web) -> None:
    violate(house, 5)
    send_pending(house)
    assert len(web.of("/chat")) == 5


def test_what_can_wait_comes_once_a_day_and_what_is_critical_at_once(
    house: Settings, web: Web
) -> None:
    violate(house, 3)
    send_pending(house)
    assert web.of("/daily") == []
    with connect("ingest", settings=house) as connection:
        ((due,),) = connection.execute(
            "select distinct next_attempt_at from quality.deliveries"
            " where channel = 'daily'"
        ).fetchall()
    assert due.astimezone(ZONE).strftime("%H:%M:%S") == "07:00:00"
    assert timedelta(0) <= due - datetime.now(UTC) <= timedelta(days=1)
    violate(house, 1, "critical")  # the first unit's alert gets worse
    send_pending(house)
    assert len(web.of("/daily")) == 1
    pass_until_digest(house)
    send_pending(house)
    _, (_, digest) = web.of("/daily")
    text = digest["attachments"][0]["content"]["body"][1]["text"]
    assert "3 việc: " in text
    assert states(house, "daily") == {"sent": 4}


def test_a_digest_that_was_refused_is_sent_again_with_the_same_key(
    house: Settings, web: Web
) -> None:
    web.status, web.headers = 429, {"Retry-After": "600"}
    violate(house, 80)
    assert deliver(house).sent == 0
    send_pending(house)
    with connect("ingest", settings=house) as connection:
        ((wait,),) = connection.execute(
            "select distinct round(extract(epoch from"
            " (next_attempt_at - attempted_at)) / 60) from quality.deliveries"
            " where channel = 'chat'"
        ).fetchall()
        assert wait == 10  # as it asked, not the minute after a first failure
        connection.execute("update quality.deliveries set next_attempt_at = now()")
    web.status = 200
    send_pending(house)
    first, again = (headers["X-Delivery-Id"] for headers, _ in web.of("/chat"))
    assert first == again
    assert states(house, "chat") == {"sent": 80}


@pytest.mark.parametrize(
    ("now", "hour", "due"),
    [
        ("2024-07-05T06:59:00+07:00", 7, "2024-07-05T07:00:00+07:00"),
        ("2024-07-05T07:00:01+07:00", 7, "2024-07-06T07:00:00+07:00"),
        ("2024-07-04T23:30:00+00:00", 7, "2024-07-05T07:00:00+07:00"),
        ("2024-12-31T23:30:00+07:00", 0, "2025-01-01T00:00:00+07:00"),
    ],
)
def test_the_hour_is_of_the_office_s_day(now: str, hour: int, due: str) -> None:
    channel = ChatChannel(type="slack", url="https://x.vn", digest_hour=hour)
    moment = datetime.fromisoformat(now)
    assert due_at(channel, "info", moment, ZONE) == datetime.fromisoformat(due)
    assert due_at(channel, "critical", moment, ZONE) is None
    assert due_at(LogChannel(), "info", moment, ZONE) is None


def test_each_kind_is_folded_by_itself_and_the_order_stays() -> None:
    messages = [
        Due(number, "opened", "warning", "file_held" if number % 2 else "check_failed")
        for number in range(1, 12)
    ]
    channel = WebhookChannel(
        type="webhook", url="https://x.vn", service="teams", fold_above=5
    )
    assert grouped(messages, channel) == [[1, 3, 5, 7, 9, 11], [2], [4], [6], [8], [10]]
