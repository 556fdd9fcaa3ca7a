"""Whether channels are reached, with nothing sent and no secret said."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from tests.alerts.web import web_server

from bloc_warehouse.database.embedded.process import free_port
from bloc_warehouse.doctor import examine
from bloc_warehouse.doctor.channels import look
from bloc_warehouse.doctor.check import Check
from bloc_warehouse.settings import Settings

CLOSED = "http://127.0.0.1:{port}/hooks/of-nobody-else"


class _Nothing:
    """Takes no mail: a channel that is only reached sends none."""

    mails = 0

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802 - the library's name
        self.mails += 1
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[tuple[_Nothing, int]]:
    """A mail server without TLS, and its port."""
    handler = _Nothing()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield handler, controller.port
    controller.stop()


def looked(folder: Path, channel: str, port: int = 25) -> Check:
    """Return what is said of the only channel that leaves the house."""
    settings = Settings.from_environment(
        {
            "BLOC_DATA_DIR": str(folder),
            "BLOC_ALERT_ROUTES": str(folder / "alerts.yaml"),
            "AIRFLOW_CONN_SMTP_DEFAULT": f"smtp://127.0.0.1:{port}"
            "/?disable_ssl=true&disable_tls=true",
        }
    )
    settings.alert_routes.write_text(
        f"channels:\n  one: {channel}\nroutes: [{{to: [one]}}]\n", encoding="utf-8"
    )
    [check] = look(settings)
    monitored = examine(settings, outside=False).checks
    assert check.name not in {each.name for each in monitored}
    return check


def test_a_web_server_that_answers_at_all_is_reached(tmp_path: Path) -> None:
    with web_server() as web:
        url = f"{web.url}/hooks/of-nobody-else"
        check = looked(tmp_path, f"{{type: webhook, url: '{url}'}}")
        assert not web.posts
    assert (check.state, check.cure) == ("ok", "")
    assert "of-nobody-else" not in check.found


def test_a_web_server_that_is_not_there_fails(tmp_path: Path) -> None:
    url = CLOSED.format(port=free_port())
    check = looked(tmp_path, f"{{type: webhook, url: '{url}'}}")
    assert check.state == "failed"
    assert check.cure
    assert "of-nobody-else" not in f"{check.found} {check.cure}"


def test_a_mail_server_is_asked_and_gets_no_mail(
    tmp_path: Path, mail_server: tuple[_Nothing, int]
) -> None:
    handler, port = mail_server
    check = looked(tmp_path, "{type: smtp, to: [office@example.vn]}", port)
    assert check.state == "ok"
    assert not handler.mails


def test_a_mail_server_that_is_not_there_fails(tmp_path: Path) -> None:
    check = looked(tmp_path, "{type: smtp, to: [office@example.vn]}", free_port())
    assert check.state == "failed"
    assert check.cure
