"""The wheel alone, in a virtual environment with Airflow: its DAGs run, from one line.

Nothing of the clone is on the path there. Airflow and the other dependencies are those
of the environment that runs the tests; only our package is installed anew.
"""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from tests import builders
from tests.dags.conftest import write_reference
from tests.dags.test_integrity import EXPECTED
from tests.paths import ROOT

from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings

pytestmark = [pytest.mark.db, pytest.mark.airflow, pytest.mark.slow]

ONE_LINE = "from bloc_warehouse.airflow_dags import *\n"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the wheel."""
    folder = tmp_path_factory.mktemp("plain")
    built = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(built, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("bloc_warehouse-*.whl")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    subprocess.run(
        [uv, "pip", "install", "--offline", "--no-deps", "--python", python, wheel],
        check=True,
        capture_output=True,
    )
    # a bare path: the editable installation that is named beside it stays unread
    beside = packages(python) / "dependencies.pth"
    beside.write_text(sysconfig.get_path("purelib") + "\n")
    return python


def packages(python: Path) -> Path:
    """Return the environment's site-packages."""
    (folder,) = python.parents[1].glob("lib/python*/site-packages")
    return folder


def connection_of(settings: Settings) -> str:
    """Return the warehouse as a person would enter it in Airflow."""
    url = urlsplit(settings.warehouse_url.get_secret_value())
    return json.dumps(
        {
            "conn_type": "postgres",
            "host": url.hostname,
            "port": url.port,
            "schema": url.path.strip("/"),
            "login": url.username,
            "password": unquote(url.password or ""),
            "extra": {
                "ingest_password": settings.ingest_password.get_secret_value(),
                "transform_password": settings.transform_password.get_secret_value(),
                "bi_reader_password": settings.bi_reader_password.get_secret_value(),
                "sslmode": "prefer",
            },
        }
    )


def test_one_line_in_the_dags_folder_is_enough(
    python: Path, warehouse: Settings, tmp_path: Path
) -> None:
    home = tmp_path / "airflow"
    (home / "dags").mkdir(parents=True)
    (home / "dags" / "bloc_warehouse.py").write_text(ONE_LINE)
    data = home / "bloc_warehouse"
    write_reference(data / "reference")
    builders.land(data / "landing", "LAN-001", "2024-07-05/a.xlsx", builders.workbook())
    before = listing(packages(python))
    found = run_installed(
        python, home, AIRFLOW_CONN_BLOC_WAREHOUSE=connection_of(warehouse)
    )
    assert found["package"].startswith(str(packages(python)))
    assert found["errors"] == []
    assert set(found["dags"]) == EXPECTED
    assert set(found["runs"].values()) == {"success"}
    with connect("bi_reader", settings=warehouse) as connection:
        published = connection.execute(
            "select closing_total from marts.fct_membership_stocks"
        ).fetchall()
    assert published == [(62,)]
    assert len(list(data.glob("outbox/LAN-001/**/*.json"))) == 1
    assert listing(packages(python)) == before


def run_installed(python: Path, home: Path, **variables: str) -> dict[str, object]:
    """Run our DAGs there; no setting of ours is given but by what Airflow has."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("BLOC_", "AIRFLOW", "PYTHON"))
    }
    done = subprocess.run(
        [python, "-B", Path(__file__).with_name("run_installed.py"), home / "dags"],
        cwd=home,
        env={
            **kept,
            **variables,
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        },
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def listing(folder: Path) -> dict[str, int]:
    """Return every file below a folder, with when it was written; not Python's own."""
    return {
        str(path): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
