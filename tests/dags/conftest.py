"""Airflow for tests: a home and a metadata database of its own; all DAGs read once."""

import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests import builders

from bloc_warehouse.settings import Settings, get_settings

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

ROOT = Path(__file__).resolve().parents[2]
DAGS_FOLDER = ROOT / "dags"

# Airflow reads these when it is first imported, which must not happen before
_home = tempfile.TemporaryDirectory(prefix="bloc-airflow-tests-")
os.environ.update(
    AIRFLOW_HOME=_home.name,
    AIRFLOW__CORE__DAGS_FOLDER=str(DAGS_FOLDER),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__UNIT_TEST_MODE="False",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{_home.name}/airflow.db",
    AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING",
)


@pytest.fixture(scope="session")
def dag_bag() -> "DagBag":
    """All DAGs of the project, read without a database."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(DAGS_FOLDER)


@pytest.fixture(scope="session")
def runnable() -> "DagBag":
    """The DAGs and Airflow's own tables; a task that fails is not tried again."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.db import initdb

    initdb()
    bag = DagBag(DAGS_FOLDER)
    for dag in bag.dags.values():
        for task in dag.tasks:
            if task.is_mapped:
                task.partial_kwargs["retries"] = 0
            else:
                task.retries = 0
    return bag


@pytest.fixture
def installation(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """A prepared warehouse with the units of ``builders``, as the DAGs will see it."""
    for name in ("data_dir", "warehouse_url", *_PASSWORDS):
        monkeypatch.setenv(f"BLOC_{name.upper()}", str(getattr(warehouse, name)))
    get_settings.cache_clear()
    _write_reference(warehouse)
    yield get_settings()
    get_settings.cache_clear()


_PASSWORDS = ("ingest_password", "transform_password", "bi_reader_password")


def _write_reference(settings: Settings) -> None:
    settings.reference_dir.mkdir(parents=True)
    units = [
        (
            u.unit_code,
            u.bloc_code,
            u.unit_kind,
            "",
            u.unit_name,
            u.valid_from,
            u.valid_to,
        )
        for u in builders.UNITS
    ]
    blocs = sorted({unit.bloc_code for unit in builders.UNITS})
    _write(settings, "ref_units", _UNIT_COLUMNS, units)
    _write(
        settings,
        "ref_blocs",
        ("bloc_code", "bloc_name", "province", *_SPAN, "successor_bloc_code"),
        [(bloc, bloc, bloc, "2010-01-01", "", "") for bloc in blocs],
    )


_SPAN = ("valid_from", "valid_to")
_UNIT_COLUMNS = (
    *("unit_code", "bloc_code", "unit_kind", "sector", "unit_name"),
    *_SPAN,
)


def _write(
    settings: Settings,
    name: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
) -> None:
    path = settings.reference_dir / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
