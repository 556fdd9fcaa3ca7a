"""Each dashboard in Chromium: no error, nothing asked of other servers, any width.

``BI_BROWSER=no`` leaves this out.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.paths import ROOT
from tests.superset.conftest import Superset, may_ask

from bloc_warehouse.bi.environment import superset_bin
from bloc_warehouse.settings import Settings

FOLDER = ROOT / "bi" / "assets" / "dashboards"
DASHBOARDS = sorted(path.stem for path in FOLDER.glob("*.yaml"))

pytestmark = pytest.mark.skipif(
    os.environ.get("BI_BROWSER") == "no", reason="BI_BROWSER=no"
)


def may_open(superset: Superset, person: str, dashboard: str) -> bool:
    """Tell whether a person's role has every dataset of a dashboard."""
    return all(
        may_ask(superset, person, superset.assets.charts[item.chart].dataset)
        for row in superset.assets.dashboards[dashboard].all_rows()
        for item in row.items
        if item.chart is not None
    )


def look_at(
    settings: Settings,
    dashboards: list[str],
    address: str,
    login: tuple[str, str],
    folder: Path,
) -> tuple[int, list[dict[str, Any]]]:
    """Return the exit code of the program that takes pictures, and what it saw."""
    user, password = login
    done = subprocess.run(
        [
            str(superset_bin(settings) / "python"),
            str(ROOT / "bi" / "screenshots.py"),
            *dashboards,
            *("--address", address, "--user", user),
            *("--width", "1400", "--width", "390", "--output", str(folder)),
        ],
        env={**os.environ, "SUPERSET_ADMIN_PASSWORD": password},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode not in (0, 1):
        pytest.fail(f"{done.stderr}BI_BROWSER=no leaves these tests out")
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    "person", ["admin", "lan_officer", "unit_officer", "newspaper"]
)
def test_dashboards_open_without_an_error(
    superset: Superset, person: str, tmp_path: Path
) -> None:
    dashboards = [name for name in DASHBOARDS if may_open(superset, person, name)]
    assert dashboards
    code, pages = look_at(
        superset.settings,
        dashboards,
        superset.address,
        (person, superset.passwords[person]),
        tmp_path,
    )
    wrong = [
        {key: page[key] for key in ("picture", "console_errors", "outside", "failures")}
        for page in pages
        if page["console_errors"] or page["outside"] or page["failures"]
    ]
    assert wrong == []
    assert code == 0
    assert len(pages) == 2 * len(dashboards)
    assert all(page["charts"] for page in pages)
    assert {Path(page["picture"]).exists() for page in pages} == {True}


CHART = '<div data-test-viz-type="table">4.851</div>'
PAGES = {
    "good": CHART,
    "console": f"{CHART}<script>console.error('broken')</script>",
    "outside": f"{CHART}<img src='http://127.0.0.2:1/pixel'>",
    "failed": f"{CHART}<div role='alert'>Metric 'nope' does not exist</div>",
}
LOGIN = """
<form method="post"><input id="username"><input id="password">
<button type="submit"></button></form>
"""


class Pages(BaseHTTPRequestHandler):
    """As much of Superset as the program that takes pictures asks for."""

    def do_GET(self) -> None:
        """Show the form, or a dashboard by its slug."""
        name = self.path.strip("/").rpartition("/")[2]
        page = LOGIN if name == "login" else PAGES.get(name)
        self.send_response(204 if page is None else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((page or "").encode())

    def do_POST(self) -> None:
        """Let anybody in."""
        self.send_response(303)
        self.send_header("Location", "/superset/dashboard/good/")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def pages_of_every_kind() -> Iterator[str]:
    """The address of a server of pages that are good, or each wrong in one way."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_what_is_wrong_in_a_page_is_seen(
    pages_of_every_kind: str, tmp_path: Path
) -> None:
    """Else that nothing is wrong would prove nothing."""
    settings = Settings.from_environment({})
    wrong = {}
    for name in PAGES:
        code, seen = look_at(
            settings, [name], pages_of_every_kind, ("a", "b"), tmp_path
        )
        assert len(seen) == 2
        for page in seen:
            wrong[name] = [
                kind for kind in ("console_errors", "outside", "failures") if page[kind]
            ]
            assert code == bool(wrong[name]), page
    assert wrong["good"] == []
    assert wrong["console"] == ["console_errors"]
    assert "outside" in wrong["outside"]
    assert wrong["failed"] == ["failures"]
