"""DAG files are read cleanly: no errors, no database, no connection, nothing heavy."""

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.paths import DAGS

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

EXPECTED = {
    "close_period",
    "override_publish",
    "build_warehouse",
    "confirm_quarter",
    "deliver_alerts",
    "ingest_submissions",
    "maintain_warehouse",
    "remind_missing_units",
}
HEAVY = {"dbt", "great_expectations", "openpyxl", "pandas", "psycopg"}

# run in a process of its own: what is imported there, the DAG files imported
PARSE = """
import json, sys
from pathlib import Path
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.bases.hook import BaseHook
from sqlalchemy import event
from sqlalchemy.engine import Engine

before = set(sys.modules)
seen = {"queries": [], "connections": []}
event.listen(
    Engine,
    "before_cursor_execute",
    lambda c, cursor, statement, *rest: seen["queries"].append(statement),
)
BaseHook.get_connection = lambda *a, **k: seen["connections"].append(str(a))
bag = DagBag(Path(sys.argv[1]))
seen["dags"] = sorted(bag.dag_ids)
seen["modules"] = sorted({name.split(".")[0] for name in set(sys.modules) - before})
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def parsing() -> dict[str, list[str]]:
    """What a fresh process did while it read the DAG files."""
    done = subprocess.run(
        [sys.executable, "-c", PARSE, str(DAGS)],
        capture_output=True,
        check=True,
        text=True,
        env=dict(os.environ),
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_the_bag_holds_the_dags_and_no_other(dag_bag: "DagBag") -> None:
    assert set(dag_bag.dag_ids) == EXPECTED


def test_no_file_has_an_import_error(dag_bag: "DagBag") -> None:
    assert dag_bag.import_errors == {}


def test_reading_asks_no_database(parsing: dict[str, list[str]]) -> None:
    assert set(parsing["dags"]) == EXPECTED
    assert parsing["queries"] == []


def test_reading_asks_for_no_connection(parsing: dict[str, list[str]]) -> None:
    assert parsing["connections"] == []


def test_reading_imports_nothing_heavy(parsing: dict[str, list[str]]) -> None:
    assert HEAVY.isdisjoint(parsing["modules"])
