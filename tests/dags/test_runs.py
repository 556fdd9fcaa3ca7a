"""Each DAG runs in Airflow to its last task, and again with nothing new."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests import builders
from tests.reference_lists import write_lists

from bloc_warehouse.settings import Settings, get_settings
from bloc_warehouse.warehouse.connection import Role, connect

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

    States = dict[str, str]
    Run = Callable[[str], States]

DAGS_FOLDER = Path(__file__).resolve().parents[2] / "dags"

pytestmark = [pytest.mark.db, pytest.mark.airflow]


@pytest.fixture(scope="module")
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


@pytest.fixture
def run(runnable: "DagBag") -> "Run":
    """Run a DAG by its id; returns task → state, mapped tasks with their number."""

    def run_dag(dag_id: str) -> "States":
        dag_run: Any = runnable.dags[dag_id].test()
        assert dag_run.state == "success"
        return {
            f"{task.task_id}[{task.map_index}]"
            if task.map_index >= 0
            else task.task_id: str(task.state)
            for task in dag_run.get_task_instances()
        }

    return run_dag


def test_files_are_loaded_announced_built_and_published(
    installation: Settings, run: "Run"
) -> None:
    builders.land(
        installation.landing_dir, "LAN-001", "2024-07-05/a.xlsx", builders.workbook()
    )
    builders.land(installation.landing_dir, "LAN-002", "b.xlsx", b"not a workbook")
    assert run("ingest_submissions") == {
        "find_new_files": "success",
        "load_batch[0]": "success",
        "announce_submissions": "success",
    }
    assert _rows(installation, "select state from raw.files order by path") == [
        ("accepted",),
        ("rejected",),
    ]
    assert set(run("build_warehouse").values()) == {"success"}
    published = "select closing_total from marts.fct_membership"
    assert _rows(installation, published, role="bi_reader") == [(62,)]
    assert run("ingest_submissions")["announce_submissions"] == "skipped"


def test_with_no_file_at_all_nothing_is_announced(
    installation: Settings, run: "Run"
) -> None:
    states = run("ingest_submissions")
    assert states["load_batch"] == "skipped"
    assert states["announce_submissions"] == "skipped"


_PASSWORDS = ("ingest_password", "transform_password", "bi_reader_password")


def _write_reference(settings: Settings) -> None:
    write_lists(
        settings.reference_dir,
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


def _rows(
    settings: Settings, statement: str, role: Role = "ingest"
) -> list[tuple[Any, ...]]:
    with connect(role, settings=settings) as connection:
        return connection.execute(statement).fetchall()
