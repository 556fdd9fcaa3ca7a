"""Routes: who hears of what, and what the file may not say."""

import pytest

from bloc_warehouse.alerts.channels import smtp_server
from bloc_warehouse.alerts.routes import Routes, RoutesError, load_routes
from bloc_warehouse.errors import SettingsError
from bloc_warehouse.settings import Settings

GOOD = """
channels:
  office: {type: smtp, to: [a@example.vn]}
  chat: {type: slack, url: $CHAT_URL}
routes:
  - {to: [log]}
  - {to: [office], severity: warning, blocs: [LAN]}
  - {to: [chat], kinds: [pipeline_failed]}
"""
SECRET = "https://chat.example.vn/T0/very-secret"


def read(settings: Settings, text: str) -> Routes:
    settings.alert_routes.parent.mkdir(parents=True, exist_ok=True)
    settings.alert_routes.write_text(text, encoding="utf-8")
    return load_routes(settings, {"CHAT_URL": SECRET}.get)  # type: ignore[arg-type]


def test_without_a_file_the_log_hears_of_everything(settings: Settings) -> None:
    assert load_routes(settings).channels_for("info", None, "return_due") == {"log"}


@pytest.mark.parametrize(
    ("severity", "bloc", "kind", "channels"),
    [
        ("critical", "LAN", "publish_blocked", {"log", "office"}),
        ("info", "LAN", "return_due", {"log"}),
        ("warning", "DLK", "file_rejected", {"log"}),
        ("critical", None, "pipeline_failed", {"log", "chat"}),
    ],
)
def test_severity_bloc_and_kind_decide(
    settings: Settings, severity: str, bloc: str | None, kind: str, channels: set[str]
) -> None:
    routes = read(settings, GOOD)
    assert routes.channels_for(severity, bloc, kind) == channels
    assert routes.channels["chat"].url == SECRET
    assert "secret" not in repr(routes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("channels: {a: [", "alerts.yaml is no YAML in line 1"),
        ("[]", "the file: must be names and values"),
        ("routes: []", "routes: must be a list with at least one route"),
        ("routes: [{to: [mail]}]", "route 1: there is no channel mail"),
        ("routes: [{to: [log], severity: bad}]", "severity must be one of"),
        ("routes: [{to: [log], kinds: [x]}]", "there is no kind of alert x"),
        ("routes: [{to: log}]", "route 1: to: must be a list of names"),
        ("routes: [{to: [log], bloc: [LAN]}]", "route 1: knows no bloc"),
        ("channels: {a: {type: fax}}\nroutes: [{to: [a]}]", "type must be one of"),
        ("channels: {a: {type: smtp}}\nroutes: [{to: [a]}]", "to: must be a list"),
        ("channels: {a: {type: smtp, to: [x]}}\nroutes: []", "must list mail address"),
        ("channels: {a: {type: slack, url: $NO}}\nroutes: []", "$NO is not set"),
        ("channels: {a: {type: slack, url: 's3cret'}}\nroutes: []", "url must begin"),
        ("channels: {a: {type: log, url: x}}\nroutes: []", "channel a: knows no url"),
    ],
)
def test_a_wrong_file_is_named_by_its_place(
    settings: Settings, text: str, message: str
) -> None:
    with pytest.raises(RoutesError) as caught:
        read(settings, text)
    assert message in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("connection", "expected"),
    [
        ('{"host": "m", "login": "u", "password": "pw"}', ("m", 465, True, False)),
        (
            '{"host": "m", "port": 2525, "extra": {"disable_ssl": true}}',
            ("m", 2525, False, True),
        ),
        (
            '{"host": "m", "extra": "{\\"disable_ssl\\": true, \\"disable_tls\\": 1}"}',
            ("m", 25, False, False),
        ),
        ("smtp://u:p%40w@m:587/?disable_ssl=true", ("m", 587, False, True)),
    ],
)
def test_airflows_connection_is_read_in_its_forms(
    connection: str, expected: tuple[object, ...]
) -> None:
    server = smtp_server(connection)
    assert (server.host, server.port, server.is_ssl, server.is_starttls) == expected
    assert "pw" not in repr(server)


@pytest.mark.parametrize("connection", ["", "{", "mail", '{"login": "the-password"}'])
def test_a_wrong_connection_is_reported_without_quoting_it(connection: str) -> None:
    with pytest.raises(SettingsError) as caught:
        smtp_server(connection)
    assert "the-password" not in str(caught.value)
