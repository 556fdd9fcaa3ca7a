"""Webhooks in the shape that each service wants, over a real web server."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from tests.alerts.web import Web, web_server

from bloc_warehouse.alerts.channels import (
    ChannelDownError,
    MessageRefusedError,
    open_channel,
)
from bloc_warehouse.alerts.messages import Notice, headline, unrecorded_notice
from bloc_warehouse.alerts.routes import RoutesError, load_routes
from bloc_warehouse.settings import Settings

NASTY = '"}, "admin": true, {"x": "\\ {{ 7 * 7 }} <b>'
SECRETS = {"BOT": "the-bot's-own", "OA_TOKEN": "the-oa's-own"}


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server that takes JSON."""
    with web_server() as taken:
        yield taken


def notice(lines: int = 1) -> Notice:
    return unrecorded_notice(
        "opened",
        "file_rejected",
        "warning",
        NASTY,
        text_vi=f"Tệp bị trả lại: {NASTY}\n" + "dòng rất dài\n" * lines,
        text_en=f"File rejected: {NASTY}",
    )


def send(settings: Settings, channel: str, message: Notice) -> None:
    """Send through a channel as the office writes it into its file."""
    settings.alert_routes.parent.mkdir(parents=True, exist_ok=True)
    settings.alert_routes.write_text(
        f"channels:\n  one: {channel}\nroutes: [{{to: [one]}}]\n", encoding="utf-8"
    )
    routes = load_routes(settings, lambda name: SECRETS.get(name, ""))
    assert "own" not in repr(routes)
    with open_channel(routes.channels["one"], settings) as through:
        through(message)


def test_telegram_gets_its_chat_and_a_text_of_the_length_that_it_takes(
    settings: Settings, web: Web
) -> None:
    channel = f"{{type: webhook, service: telegram, url: {web.url}/bot, to: '-100'}}"
    send(settings, channel, notice(lines=900))
    ((_, body),) = web.of("/bot")
    assert body.keys() == {"chat_id", "text", "link_preview_options"}
    assert body["chat_id"] == "-100"
    assert body["text"].startswith(headline(notice()))
    assert NASTY in body["text"]
    assert len(body["text"]) == 4000


def test_teams_gets_an_adaptive_card(settings: Settings, web: Web) -> None:
    send(settings, f"{{type: webhook, service: teams, url: {web.url}/flow}}", notice())
    ((_, body),) = web.of("/flow")
    (attachment,) = body["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    head, text = attachment["content"]["body"]
    assert (head["text"], head["color"]) == (headline(notice()), "Warning")
    assert NASTY in text["text"]


def test_zalo_gets_its_token_in_a_header(settings: Settings, web: Web) -> None:
    channel = (
        f"{{type: webhook, service: zalo, url: {web.url}/oa, to: '8246',"
        " headers: {access_token: $OA_TOKEN}}"
    )
    web.answer = b'{"error": 0, "message": "Success"}'
    send(settings, channel, notice(lines=900))
    ((headers, body),) = web.of("/oa")
    assert {name.lower(): value for name, value in headers.items()}[
        "access_token"
    ] == SECRETS["OA_TOKEN"]
    assert body["recipient"] == {"user_id": "8246"}
    assert len(body["message"]["text"]) == 1990


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (
            b'{"error": -216, "message": "Access token is invalid"}',
            "refused: error -216",
        ),
        (b"<html>", "the answer is not the service's"),
        (b"[]", "the answer is not the service's"),
    ],
)
def test_zalo_refuses_by_its_answer_and_not_by_its_status(
    settings: Settings, web: Web, answer: bytes, problem: str
) -> None:
    web.answer = answer
    channel = f"{{type: webhook, service: zalo, url: {web.url}/oa, to: '8246'}}"
    with pytest.raises(ChannelDownError, match=problem):
        send(settings, channel, notice())


def test_a_body_of_ones_own_takes_what_the_message_says_and_nothing_escapes_from_it(
    settings: Settings, web: Web
) -> None:
    template = (
        '{"t": {{ headline ~ " / " ~ subject }}, "k": {{ kind }}, "n": {{ alert_id }},'
        ' "all": {{ links }}}'
    )
    channel = (
        f"{{type: webhook, url: {web.url}/own, method: PUT, body: '{template}',"
        " headers: {X-Room: $BOT}}"
    )
    send(settings, channel, notice())
    ((headers, body),) = web.of("/own")
    assert body == {
        "t": f"{headline(notice())} / {NASTY}",
        "k": "file_rejected",
        "n": 0,
        "all": [],
    }
    assert headers["X-Room"] == SECRETS["BOT"]


@pytest.mark.parametrize(
    ("channel", "message"),
    [
        ('body: \'{"t": "{{ text }}"}\'', "the template writes no JSON"),
        ("body: '{{ secret }}'", "'secret' is undefined"),
        ("body: '{{ text'", "the template is wrong"),
        ("body: '{{ text.__class__.__mro__ }}'", "the template does not work"),
        ("body: '{{ text }}', service: teams", "one of them, not both"),
        ("service: telegram", "to is missing: whom telegram tells"),
        ("service: signal", "service must be one of teams, telegram, zalo"),
        ("headers: {'a b': c}", "the name of a header has letters"),
        ('headers: {a: "b\\nc"}', "the header a must be one line"),
        ("headers: {a: $NOT_THERE}", "$NOT_THERE is not set"),
        ("method: GET", "method must be one of POST, PUT"),
        ("digest_hour: 24", "less than or equal to 23"),
        ("fold_above: 0", "greater than or equal to 1"),
    ],
)
def test_what_would_not_work_is_named_when_the_file_is_read(
    settings: Settings, web: Web, channel: str, message: str
) -> None:
    with pytest.raises(RoutesError) as caught:
        send(settings, f"{{type: webhook, url: {web.url}, {channel}}}", notice())
    assert message in str(caught.value)
    assert web.posts == []


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("17", 17, 17),
        ("999999999", 86400, 86400),
        (format_datetime(datetime.now(UTC) + timedelta(hours=2)), 3600, 7201),
        (format_datetime(datetime.now(UTC) - timedelta(hours=2)), 0, 0),
        ("soon", 0, 0),
    ],
)
def test_a_service_says_how_long_it_wants_to_be_left_alone(
    settings: Settings, web: Web, header: str, least: int, most: int
) -> None:
    web.status, web.headers = 429, {"Retry-After": header}
    with pytest.raises(ChannelDownError) as caught:
        send(settings, f"{{type: webhook, url: {web.url}/x}}", notice())
    assert str(caught.value) == "HTTP 429"
    assert least <= caught.value.wait <= most


def test_what_a_service_refuses_is_refused(settings: Settings, web: Web) -> None:
    web.status = 400
    channel = f"{{type: webhook, service: telegram, url: {web.url}, to: '1'}}"
    with pytest.raises(MessageRefusedError):
        send(settings, channel, notice())


def test_a_machine_reads_the_document_as_before(settings: Settings, web: Web) -> None:
    send(settings, f"{{type: webhook, url: {web.url}/machine}}", notice())
    ((_, body),) = web.of("/machine")
    assert body["alert"]["subject"] == NASTY
    assert json.dumps(body)
