"""Alerts reach people: over a real mail server and a real web server, once each."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from tests.alerts.web import Web, web_server

from bloc_warehouse.alerts import delivery
from bloc_warehouse.alerts.alerts import list_alerts, refresh
from bloc_warehouse.alerts.delivery import WAITS, deliver, send_pending, try_channels
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.embedded.process import free_port
from bloc_warehouse.settings import Settings

# the server is on this machine, and speaks no TLS
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not")

PASSWORD = "the-mail-server's-own"
OFFICE = "office@example.vn"

ROUTES = """
channels:
  office: {type: smtp, to: [office@example.vn]}
  chat: {type: slack, url: "URL/chat"}
  board: {type: webhook, url: "URL/board", token: "the-board's-own"}
routes:
  - {to: [office, log]}
  - {to: [chat], severity: critical}
  - {to: [board], blocs: [LAN]}
"""

Open = Callable[..., None]


@dataclass
class Inbox:
    """What a mail server took; ``code`` is what it answers to a message."""

    mails: list[EmailMessage] = field(default_factory=list)
    code: str = "250 OK"

    async def handle_DATA(self, *arguments: object) -> str:  # noqa: N802
        """Keep a mail, as aiosmtpd hands it over."""
        envelope = arguments[2]
        assert isinstance(envelope, Envelope)
        if self.code.startswith("250"):
            content = envelope.content or b""
            self.mails.append(
                message_from_bytes(
                    content if isinstance(content, bytes) else content.encode(),
                    policy=policy.default,
                )
            )
        return self.code


def _login(*arguments: object) -> AuthResult:
    login = arguments[-1]
    assert isinstance(login, LoginPassword)
    return AuthResult(success=login.password == PASSWORD.encode(), handled=False)


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    """A mail server that wants a login, and its port."""
    box = Inbox()
    controller = Controller(
        box, hostname="127.0.0.1", port=free_port(), authenticator=_login,
        auth_required=True, auth_require_tls=False,
    )  # fmt: skip
    controller.start()
    yield box, controller.port
    controller.stop()


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server that takes JSON."""
    with web_server() as taken:
        yield taken


@pytest.fixture
def house(warehouse: Settings, inbox: tuple[Inbox, int], web: Web) -> Settings:
    """A warehouse whose channels are the two servers."""
    warehouse.alert_routes.parent.mkdir(parents=True, exist_ok=True)
    warehouse.alert_routes.write_text(ROUTES.replace("URL", web.url), "utf-8")
    return warehouse.with_changes(
        smtp_connection=_connection(inbox[1], PASSWORD),
        alert_timeout_seconds=1,
    )


def _connection(port: int, password: str) -> str:
    return json.dumps(
        {
            "host": "127.0.0.1",
            "port": port,
            "login": "bloc",
            "password": password,
            "extra": {
                "disable_ssl": True,
                "disable_tls": True,
                "from_email": "bloc@example.vn",
            },
        }
    )


@pytest.fixture
def violate(house: Settings) -> Open:
    """Put an open violation into the record."""

    def add(rule: str = "H1", severity: str = "critical", text: str = "") -> None:
        with connect("ingest", settings=house) as connection:
            connection.execute(
                "with run as (insert into quality.runs (stage) values ('audit')"
                " returning run_id) insert into quality.violations (stage, rule,"
                " severity, bloc_code, period_code, left_value, right_value,"
                " message_vi, message_en, state, first_seen, opened_at, last_seen,"
                " last_run_id) select 'audit', %s, %s, 'LAN', '2024-H1', 4852, 4851,"
                " %s, %s, 'open', now(), now(), now(), run_id from run",
                [rule, severity, text or "số liệu không khớp", text or "does not add"],
            )

    return add


def resolve(settings: Settings) -> None:
    with connect("ingest", settings=settings) as connection:
        connection.execute("update quality.violations set state = 'resolved'")


def deliveries(settings: Settings, channel: str) -> list[tuple[Any, ...]]:
    with connect("ingest", settings=settings) as connection:
        return connection.execute(
            "select event, state, attempts, error from quality.deliveries"
            " where channel = %s order by event_id",
            [channel],
        ).fetchall()


def hurry(settings: Settings) -> None:
    """Let the time of waiting pass."""
    with connect("ingest", settings=settings) as connection:
        connection.execute(
            "update quality.deliveries set next_attempt_at = now()"
            " where state = 'failed'"
        )


def test_one_message_when_it_opens_none_for_ten_runs_one_when_it_closes(
    house: Settings, inbox: tuple[Inbox, int], web: Web, violate: Open
) -> None:
    violate()
    for _ in range(10):
        send_pending(house)
    (mail,) = inbox[0].mails
    assert mail["Subject"] == "[LAN] MỚI: Cần xem lại: LAN 2024-H1"
    assert mail["To"] == OFFICE
    body = mail.get_body(("plain",))
    page = mail.get_body(("html",))
    assert body is not None
    assert page is not None
    text = body.get_content()
    assert text.index("số liệu không khớp (4.852 ≠ 4.851)") < text.index("does not add")
    assert "V-1 H1" in page.get_content()
    assert len(web.of("/chat")) == len(web.of("/board")) == 1
    ((headers, board),) = web.of("/board")
    assert headers["Authorization"] == "Bearer the-board's-own"
    assert headers["X-Delivery-Id"] == board["delivery_id"]
    assert (board["event"], board["alert"]["bloc_code"]) == ("opened", "LAN")
    assert "4.852 ≠ 4.851" in web.of("/chat")[0][1]["text"]
    resolve(house)
    for _ in range(3):
        send_pending(house)
    assert [mail["Subject"].split(":")[0] for mail in inbox[0].mails] == [
        "[LAN] MỚI",
        "[LAN] ĐÃ XONG",
    ]
    assert len(web.of("/board")) == 2


def test_worse_is_news_and_better_is_not(
    house: Settings, inbox: tuple[Inbox, int], violate: Open
) -> None:
    violate("G1", "warning")
    send_pending(house)
    violate("G2", "warning")
    send_pending(house)
    assert "NẶNG HƠN" in inbox[0].mails[1]["Subject"]
    with connect("ingest", settings=house) as connection:
        connection.execute(
            "update quality.violations set state = 'resolved' where rule = 'G1'"
        )
    send_pending(house)
    assert len(inbox[0].mails) == 2


def test_unsent_events_are_sent_once_as_they_are_now(
    house: Settings, inbox: tuple[Inbox, int], violate: Open
) -> None:
    violate("G1", "warning")
    refresh(house)
    violate("G2", "warning")
    refresh(house)
    send_pending(house)
    (mail,) = inbox[0].mails
    assert "MỚI" in mail["Subject"]
    body = mail.get_body(("plain",))
    assert body is not None
    assert "V-2 G2" in body.get_content()


def test_an_alert_closed_before_it_was_sent_is_not_sent(
    house: Settings, inbox: tuple[Inbox, int], violate: Open
) -> None:
    violate()
    refresh(house)
    resolve(house)
    send_pending(house)
    assert inbox[0].mails == []


def test_a_closed_alert_is_sent_as_what_it_was(
    house: Settings, inbox: tuple[Inbox, int], violate: Open
) -> None:
    violate()
    send_pending(house)
    resolve(house)
    send_pending(house)
    body = inbox[0].mails[1].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert text.index("Trước đó:") < text.index("V-1 H1") < text.index("It was:")


def test_a_channel_that_is_down_delays_no_other_and_is_tried_again(
    house: Settings, inbox: tuple[Inbox, int], web: Web, violate: Open
) -> None:
    web.status = 503
    violate()
    done = send_pending(house)
    assert (done.sent, done.failed) == (2, 2)  # mail and log arrived
    assert deliveries(house, "chat") == [("opened", "failed", 1, "HTTP 503")]
    assert deliver(house).failed == 0  # not yet due again
    web.status = 200
    hurry(house)
    send_pending(house)
    assert deliveries(house, "chat") == [("opened", "sent", 2, None)]
    first, again = web.of("/board")
    assert first[0]["X-Delivery-Id"] == again[0]["X-Delivery-Id"]
    assert len(inbox[0].mails) == 1


def test_a_channel_that_stays_down_is_given_up_and_that_is_an_alert(
    house: Settings, inbox: tuple[Inbox, int], violate: Open
) -> None:
    wrong = house.with_changes(
        smtp_connection=_connection(inbox[1], "not the password")
    )
    violate()
    for _ in range(len(WAITS) + 1):
        send_pending(wrong)
        hurry(wrong)
    ((*_, attempts, error),) = deliveries(wrong, "office")
    assert (attempts, error) == (len(WAITS) + 1, "login refused: 535")
    kinds = {alert.kind: alert for alert in list_alerts(wrong)}
    assert kinds["channel_down"].subject == "office"
    assert deliveries(wrong, "log")[-1][1] == "sent"
    assert len(deliveries(wrong, "office")) == 1  # itself is not notified
    assert deliver(house, again=True).sent == 1
    assert len(inbox[0].mails) == 1
    assert refresh(house).closed == 1


def test_a_slow_server_costs_its_timeout_and_no_more(
    house: Settings, inbox: tuple[Inbox, int], web: Web, violate: Open
) -> None:
    web.delay = 2.5
    for rule in ("H1", "G1", "N9"):
        violate(rule)
    started = time.monotonic()
    send_pending(house)
    assert time.monotonic() - started < 2.5
    assert [row[1] for row in deliveries(house, "board")] == ["failed"]
    assert len(inbox[0].mails) == 1


def test_a_refused_message_is_given_up_at_once(
    house: Settings, inbox: tuple[Inbox, int], violate: Open
) -> None:
    inbox[0].code = "550 no such user"
    violate()
    deliver(house)
    refresh(house)
    deliver(house)
    assert deliveries(house, "office") == [("opened", "given_up", 1, "refused: 550")]


def test_names_write_no_header_and_no_markup(
    house: Settings, inbox: tuple[Inbox, int], violate: Open
) -> None:
    violate(text="<b>x</b>\r\nBcc: all@example.vn")
    with connect("ingest", settings=house) as connection:
        connection.execute(
            "update quality.violations set period_code = E'2024\\nBcc: a@example.vn'"
        )
    send_pending(house)
    (mail,) = inbox[0].mails
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]
    page = mail.get_body(("html",))
    assert page is not None
    assert "<b>x</b>" not in page.get_content()


def test_each_channel_can_be_tried(house: Settings, web: Web) -> None:
    web.status = 403
    errors = {tried.channel: tried.error for tried in try_channels(house)}
    assert errors == {
        "board": "HTTP 403",
        "chat": "HTTP 403",
        "log": None,
        "office": None,
    }


def test_without_a_mail_server_the_others_go_on(
    house: Settings, web: Web, violate: Open
) -> None:
    violate()
    send_pending(house.with_changes(smtp_connection=""))
    ((_, state, _, error),) = deliveries(house, "office")
    assert (state, error) == (
        "failed",
        "no mail server: set AIRFLOW_CONN_SMTP_DEFAULT",
    )
    assert len(web.posts) == 2


def test_a_channel_taken_out_of_the_file_waits_for_nothing(
    house: Settings, web: Web, violate: Open
) -> None:
    web.status = 503
    violate()
    send_pending(house)
    house.alert_routes.write_text("routes: [{to: [log]}]", "utf-8")
    send_pending(house)
    assert deliveries(house, "chat")[0][1] == "given_up"
    assert {alert.kind for alert in list_alerts(house)} == {"check_failed"}


@pytest.fixture
def laptop(house: Settings, tmp_path: Path) -> Settings:
    """Another host at the same warehouse, that has no file of routes."""
    return house.with_changes(alert_routes=tmp_path / "none.yaml")


def test_a_host_without_routes_tells_its_log_and_takes_nothing_from_the_office(
    house: Settings, laptop: Settings, inbox: tuple[Inbox, int], violate: Open
) -> None:
    violate()
    for _ in range(3):
        assert send_pending(laptop).failed == 0
    assert deliveries(house, "log") == [("opened", "sent", 1, None)]
    assert inbox[0].mails == []
    send_pending(house)
    send_pending(laptop)
    assert len(inbox[0].mails) == 1
    # nor its end, which the laptop saw first
    resolve(house)
    send_pending(laptop)
    send_pending(house)
    assert "ĐÃ XONG" in inbox[0].mails[1]["Subject"]
    assert len(inbox[0].mails) == 2


def test_a_host_without_routes_gives_up_no_channel_of_the_office(
    house: Settings, laptop: Settings, inbox: tuple[Inbox, int], violate: Open
) -> None:
    violate()
    inbox[0].code = "451 later"
    send_pending(house)
    (waiting,) = deliveries(house, "office")
    send_pending(laptop)
    deliver(laptop, again=True)
    assert deliveries(house, "office") == [waiting]
    inbox[0].code = "250 OK"
    hurry(house)
    send_pending(laptop)
    assert inbox[0].mails == []
    send_pending(house)
    assert len(inbox[0].mails) == 1


def test_routes_that_come_later_tell_what_is_open_and_nothing_that_is_over(
    house: Settings, laptop: Settings, inbox: tuple[Inbox, int], violate: Open
) -> None:
    violate("H1")
    send_pending(laptop)
    resolve(house)
    send_pending(laptop)
    violate("G1", "warning")
    send_pending(laptop)
    send_pending(house)
    (mail,) = inbox[0].mails
    assert "MỚI" in mail["Subject"]
    assert len(deliveries(house, "log")) == 3


def test_killed_before_it_is_recorded_it_is_sent_again_with_the_same_key(
    house: Settings, web: Web, violate: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    violate()
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_record_sent", _die)
        with pytest.raises(KeyboardInterrupt):
            send_pending(house)
    assert deliver(house).sent == 4
    first, again = (headers["X-Delivery-Id"] for headers, _ in web.of("/board"))
    assert first == again


def _die(*_: object) -> None:
    raise KeyboardInterrupt
