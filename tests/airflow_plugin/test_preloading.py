"""The scheduler imports beforehand what tasks need, and starts nothing by it."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

PRELOADED = """
import json, sys, threading
from bloc_warehouse.airflow_plugin import preloading
from bloc_warehouse.settings import get_settings

light = set(sys.modules)
preloading.preload()
print(json.dumps({
    "missing": sorted(set(preloading.MODULES) - set(sys.modules)),
    "light": sorted({"dbt", "great_expectations", "openpyxl"} & light),
    "threads": threading.active_count(),
    "settings": get_settings.cache_info().currsize,
    "children": open("/proc/self/task/%d/children" % __import__("os").getpid()).read(),
    "dags": sorted(name for name in sys.modules if name.endswith("dag_defaults")),
}))
"""


@pytest.fixture(scope="module")
def preloaded() -> dict[str, object]:
    """What a fresh process is like after it imported everything."""
    done = subprocess.run(
        [sys.executable, "-c", PRELOADED],
        capture_output=True,
        check=True,
        text=True,
        env=dict(os.environ),
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_all_is_there_to_be_forked_and_nothing_runs(
    preloaded: dict[str, object],
) -> None:
    assert preloaded == {
        "missing": [],
        "light": [],
        "threads": 1,
        "settings": 0,  # a task reads those of its own time
        "children": "",
        "dags": [],
    }


@pytest.mark.parametrize(
    ("job_type", "executor", "is_preloaded"),
    [
        ("SchedulerJob", "LocalExecutor", True),
        ("SchedulerJob", "CeleryExecutor,LocalExecutor", True),
        ("SchedulerJob", "CeleryExecutor", False),
        ("TriggererJob", "LocalExecutor", False),
    ],
)
def test_only_a_scheduler_that_forks_imports_beforehand(
    monkeypatch: pytest.MonkeyPatch, job_type: str, executor: str, is_preloaded: bool
) -> None:
    from bloc_warehouse.airflow_plugin import preloading

    done: list[bool] = []
    monkeypatch.setattr(preloading, "preload", lambda: done.append(True))
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", executor)
    preloading.on_starting(SimpleNamespace(job_type=job_type))
    assert bool(done) is is_preloaded


def test_airflow_finds_the_plugin() -> None:
    from importlib.metadata import entry_points

    from bloc_warehouse.airflow_plugin import BlocWarehousePlugin

    (found,) = entry_points(group="airflow.plugins", name="bloc_warehouse")
    assert found.load() is BlocWarehousePlugin
