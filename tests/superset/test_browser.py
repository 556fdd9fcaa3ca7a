"""Each dashboard in Chromium: no error, nothing asked of other servers, any width.

``BI_BROWSER=no`` leaves this out.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest
from tests.paths import ROOT
from tests.superset.conftest import Superset, may_ask

from bloc_warehouse.bi.environment import superset_bin

FOLDER = ROOT / "bi" / "assets" / "dashboards"
DASHBOARDS = sorted(path.stem for path in FOLDER.glob("*.yaml"))
MISSING = 3  # exit code of screenshots.py

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


@pytest.mark.parametrize(
    "person", ["admin", "lan_officer", "unit_officer", "newspaper"]
)
def test_dashboards_open_without_an_error(
    superset: Superset, person: str, tmp_path: Path
) -> None:
    dashboards = [name for name in DASHBOARDS if may_open(superset, person, name)]
    assert dashboards
    done = subprocess.run(
        [
            str(superset_bin(superset.settings) / "python"),
            str(ROOT / "bi" / "screenshots.py"),
            *dashboards,
            *("--address", superset.address, "--user", person),
            *("--width", "1400", "--width", "390", "--output", str(tmp_path)),
        ],
        env={**os.environ, "SUPERSET_ADMIN_PASSWORD": superset.passwords[person]},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode == MISSING:
        pytest.fail(f"{done.stderr}BI_BROWSER=no leaves these tests out")
    pages = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = [
        {key: page[key] for key in ("picture", "console_errors", "outside", "failures")}
        for page in pages
        if page["console_errors"] or page["outside"] or page["failures"]
    ]
    assert wrong == []
    assert done.returncode == 0, done.stderr
    assert len(pages) == 2 * len(dashboards)
    assert all(page["charts"] for page in pages)
    assert {Path(page["picture"]).exists() for page in pages} == {True}
