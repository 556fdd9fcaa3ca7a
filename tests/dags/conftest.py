"""Airflow for tests: all DAGs read once, and its own tables."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests import builders
from tests.dags import airflow_home  # noqa: F401 - before Airflow
from tests.paths import DAGS
from tests.reference_lists import write_lists
from tests.session.garbage import set_aside

from bloc_warehouse.settings import Settings, get_settings

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag


@pytest.fixture(scope="session")
def dag_bag() -> "DagBag":
    """All DAGs of the project, read without a database."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(DAGS)


@pytest.fixture(scope="session")
def runnable() -> "DagBag":
    """The DAGs and Airflow's own tables; a task that fails is not tried again."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.db import initdb

    from bloc_warehouse.airflow_plugin.preloading import preload

    initdb()
    preload()  # as a scheduler does
    set_aside()
    bag = DagBag(DAGS)
    for dag in bag.dags.values():
        for task in dag.tasks:
            if task.is_mapped:
                task.partial_kwargs["retries"] = 0
            else:
                task.retries = 0
    return bag


@pytest.fixture
def installation(
    warehouse: Settings, runnable: "DagBag", monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """A prepared warehouse with the units of ``builders``, as the DAGs will see it.

    Airflow's database is the session's: it forgets the runs of other warehouses.
    """
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import delete

    assert runnable.dags
    with create_session() as session:
        session.execute(delete(DagRun))
    monkeypatch.setenv("BLOC_DATA_DIR", str(warehouse.data_dir))
    for name in ("warehouse_url", *_PASSWORDS):
        secret = getattr(warehouse, name).get_secret_value()
        monkeypatch.setenv(f"BLOC_{name.upper()}", secret)
    get_settings.cache_clear()
    write_reference(warehouse.reference_dir)
    yield get_settings()
    get_settings.cache_clear()


_PASSWORDS = ("ingest_password", "transform_password", "bi_reader_password")


def write_reference(folder: Path) -> None:
    """Write the lists of a bloc's units, as ``builders`` has them."""
    write_lists(
        folder,
        ref_blocs=[
            {"bloc_code": bloc, "bloc_name": bloc, "valid_from": "2010-01-01"}
            for bloc in sorted({unit.bloc_code for unit in builders.UNITS})
        ],
        ref_units=[
            {"unit_code": unit.unit_code, "bloc_code": unit.bloc_code,
             "unit_kind": unit.unit_kind, "unit_name": unit.unit_name,
             "valid_from": unit.valid_from}
            for unit in builders.UNITS
        ],
        ref_unit_events=[
            {"event_id": unit.unit_code, "event_type": "dissolve",
             "status": "effective", "effective_date": unit.valid_to,
             "unit_code": unit.unit_code}
            for unit in builders.UNITS if unit.valid_to
        ],
    )  # fmt: skip
