"""The scheduler imports beforehand what tasks need, and starts nothing by it."""

import json
import os
import subprocess
import sys
from pathlib import Path

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
IMPORTED, BEGUN = 50, 51  # how it exits
# Airflow's own command, up to where it has made its job; each in a fork of a process
# that has imported Airflow, which takes seconds
STARTED = f"""
import json, os, signal, sys
from contextlib import suppress
from airflow.__main__ import main
from airflow.jobs.job import Job
from airflow.utils import db
from bloc_warehouse.airflow_plugin import preloading

db.check_and_run_migrations = lambda: None
preloading.preload = lambda: os._exit({IMPORTED})
make = Job.__init__

def make_and_exit(self, *args, **kwargs):
    make(self, *args, **kwargs)
    os._exit({BEGUN})

Job.__init__ = make_and_exit
exits = []
for command, executor in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        os.setsid()
        os.environ["AIRFLOW__CORE__EXECUTOR"] = executor
        sys.argv[1:] = [command]
        try:
            main()
        finally:
            os._exit(1)
    exits.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    with suppress(ProcessLookupError):  # a scheduler may have begun to serve logs
        os.killpg(child, signal.SIGKILL)
print(json.dumps(exits))
"""
# how it is called and by which executor it runs tasks → whether it imports beforehand
CASES = {
    ("scheduler", "LocalExecutor"): True,
    ("scheduler", "CeleryExecutor,LocalExecutor"): True,
    ("scheduler", "CeleryExecutor"): False,
    ("triggerer", "LocalExecutor"): False,
}


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


def test_only_a_scheduler_that_forks_imports_beforehand(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STARTED, json.dumps([*CASES])],
        capture_output=True,
        check=True,
        text=True,
        timeout=300,
        env={
            **os.environ,
            "AIRFLOW_HOME": str(tmp_path),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        },
    )
    exits = json.loads(done.stdout.splitlines()[-1])
    assert dict(zip(CASES, exits, strict=True)) == {
        case: IMPORTED if is_preloaded else BEGUN
        for case, is_preloaded in CASES.items()
    }


def test_airflow_finds_the_plugin() -> None:
    from importlib.metadata import entry_points

    from bloc_warehouse.airflow_plugin import BlocWarehousePlugin

    (found,) = entry_points(group="airflow.plugins", name="bloc_warehouse")
    assert found.load() is BlocWarehousePlugin
