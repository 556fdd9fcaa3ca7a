"""Airflow that is killed in any task, or stopped in one, ends its work when it is back.

By ``make chaos``: a real Airflow, killed with all that it started, once in each task of
the way from a file to readers.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from tests.acceptance.conftest import discard, fresh_settings

from bloc_samples.make import make_samples
from bloc_warehouse import airflow_local
from bloc_warehouse.airflow_local.environment import airflow_home
from bloc_warehouse.airflow_local.follow import (
    Patience,
    TaskEnd,
    follow_until_quiet,
    wait_until_read,
)
from bloc_warehouse.alerts.alerts import list_alerts, refresh
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.embedded.process import free_port
from bloc_warehouse.local_services.processes import read_state
from bloc_warehouse.pipeline import needs_build, prepare
from bloc_warehouse.settings import Settings

DAGS = ("ingest_submissions", "build_warehouse")
TASKS = [
    ("ingest_submissions", "find_new_files"),
    ("ingest_submissions", "load_batch"),
    ("ingest_submissions", "announce_submissions"),
    ("build_warehouse", "check_for_changes"),
    ("build_warehouse", "stage_submissions"),
    ("build_warehouse", "cross_check"),
    ("build_warehouse", "build_marts"),
    ("build_warehouse", "audit_marts"),
    ("build_warehouse", "publish_marts"),
    ("build_warehouse", "refresh_alerts"),
]
NEVER = "0 0 29 2 *"  # no scheduled run makes good what the killed one left


@dataclass
class World:
    """A warehouse, and the senders' folders that have not been sent yet."""

    settings: Settings
    unsent: list[Path]

    def send_one(self) -> None:
        """Land the files of one more unit."""
        folder = self.unsent.pop(0)
        shutil.copytree(folder, self.settings.landing_dir / folder.name)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An empty warehouse, and the files of a bloc's first units."""
    made = Settings.from_environment(
        {"BLOC_DATA_DIR": str(tmp_path_factory.mktemp("samples"))}
    )
    make_samples(made)
    own = fresh_settings().with_changes(
        airflow_port=free_port(), ingest_schedule=NEVER, watch_seconds=0
    )
    shutil.copytree(made.reference_dir, own.reference_dir)
    prepare(own)
    with pytest.MonkeyPatch.context() as environment:  # of Airflow's processes
        environment.setenv("BLOC_DATA_DIR", str(own.data_dir))
        environment.setenv("BLOC_SETTLE_SECONDS", "0")
        environment.setenv("BLOC_DELIVER_SCHEDULE", NEVER)
        environment.setenv("BLOC_REMIND_SCHEDULE", NEVER)
        yield World(own, sorted(made.landing_dir.glob("LAN-0[01]*")))
        airflow_local.stop(own)
    discard(own)


def kill(settings: Settings) -> None:
    """Kill all of Airflow at once: nothing of it gets to say a word."""
    heads = [process.pid for process in read_state(airflow_home(settings)).processes]
    family = [
        member
        for head in heads
        for member in (*psutil.Process(head).children(recursive=True), head)
    ]
    for member in family:
        with suppress(psutil.NoSuchProcess):  # it went with its parent, or by itself
            process = (
                member if isinstance(member, psutil.Process) else psutil.Process(member)
            )
            process.kill()
    airflow_local.stop(settings)


def take_down(settings: Settings) -> None:
    """Stop Airflow and the server, as ``make down`` does."""
    airflow_local.stop(settings)
    embedded.stop(settings.data_dir)


@pytest.mark.parametrize(
    ("dag_id", "task_id", "end"),
    [
        *((dag_id, task_id, kill) for dag_id, task_id in TASKS),
        ("build_warehouse", "stage_submissions", take_down),
        ("build_warehouse", "build_marts", take_down),
    ],
)
def test_what_was_sent_reaches_readers_all_the_same(
    world: World, dag_id: str, task_id: str, end: Callable[[Settings], None]
) -> None:
    settings = world.settings
    world.send_one()
    api = airflow_local.start(settings).api()
    wait_until_read(api, DAGS, Patience())
    before = [run["dag_run_id"] for run in api.runs(dag_id)]
    api.trigger(DAGS[0])
    until = time.monotonic() + 300
    while not any(
        task["task_id"] == task_id and task["state"] == "running"
        for run in api.runs(dag_id, limit=1)
        if run["dag_run_id"] not in before
        for task in api.tasks(dag_id, run["dag_run_id"])
    ):
        assert time.monotonic() < until, f"{task_id} never ran"
        time.sleep(0.05)
    end(settings)
    api = airflow_local.start(settings).api()
    ends: list[TaskEnd] = []
    follow_until_quiet(api, DAGS, show=ends.append, patience=Patience())
    assert {end.state for end in ends} <= {"success", "skipped"}
    assert not needs_build(settings)
    assert published(settings) == sent(settings)
    refresh(settings)
    assert [
        alert for alert in list_alerts(settings) if alert.kind == "pipeline_failed"
    ] == []


def published(settings: Settings) -> set[str]:
    with connect("bi_reader", settings=settings) as connection:
        rows = connection.execute(
            "select distinct unit_code from marts.fct_returns where state = 'accepted'"
        ).fetchall()
    return {unit for (unit,) in rows}


def sent(settings: Settings) -> set[str]:
    assert isinstance(settings.landing_dir, Path)
    return {folder.name for folder in settings.landing_dir.glob("LAN-*")}
