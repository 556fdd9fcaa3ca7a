"""The same files through Airflow on an embedded server: what each task takes there."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from unittest.mock import patch

from bloc_warehouse import airflow_local
from bloc_warehouse.airflow_local.api import AirflowApi, Json
from bloc_warehouse.airflow_local.follow import (
    Patience,
    TaskEnd,
    follow_run,
    follow_until_quiet,
    wait_until_read,
)
from bloc_warehouse.database import embedded
from bloc_warehouse.database.embedded.process import free_port
from bloc_warehouse.settings import Settings

DAGS = ("ingest_submissions", "build_warehouse")
_NEVER = "0 0 29 2 *"


def run_embedded(made: Path) -> list[Json]:
    """Run generated files through an installation of its own; return its tasks.

    Args:
        made: Holds ``landing`` and ``reference``.
    """
    folder = Path(tempfile.mkdtemp(prefix="bloc-embedded-"))
    folder.chmod(0o755)  # as root, the server's own user must get in
    settings = Settings.from_environment({"BLOC_DATA_DIR": str(folder)}).with_changes(
        airflow_port=free_port(), ingest_schedule=_NEVER, watch_seconds=0
    )
    for name in ("landing", "reference"):
        shutil.copytree(made / name, folder / name)
    try:
        with patch.dict(
            os.environ, BLOC_DATA_DIR=str(folder)
        ):  # of Airflow's processes
            api = airflow_local.start(settings).api()
        return run_dags(api, show=lambda _: None)
    finally:
        airflow_local.stop(settings)
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def run_dags(api: AirflowApi, show: Callable[[TaskEnd], None]) -> list[Json]:
    """Start an intake, follow what comes of it, and return all tasks."""
    patience = Patience()
    wait_until_read(api, DAGS, patience)
    run_id = api.trigger(DAGS[0])
    follow_run(api, DAGS[0], run_id, show=show, patience=patience)
    follow_until_quiet(api, DAGS, show=show, patience=patience)
    return tasks_of(api, DAGS)


def tasks_of(api: AirflowApi, dag_ids: Sequence[str]) -> list[Json]:
    """Return the task instances of all runs of these DAGs."""
    return [
        task
        for dag_id in dag_ids
        for run in api.runs(dag_id)
        for task in api.tasks(dag_id, str(run["dag_run_id"]))
    ]


def seconds_by_task(tasks: Iterable[Json]) -> dict[str, float]:
    """Return how long each task's longest instance took, in the order of their ends.

    The longest, because a second run of an intake finds nothing to do.
    """
    done = sorted(
        (task for task in tasks if task["state"] == "success" and task["duration"]),
        key=lambda task: (task["dag_id"], task["task_id"]),
    )
    longest = {
        name: max(group, key=lambda task: float(task["duration"]))
        for name, group in groupby(
            done, key=lambda task: f"{task['dag_id']}.{task['task_id']}"
        )
    }
    by_end = sorted(longest.items(), key=lambda item: str(item[1]["end_date"]))
    return {name: float(task["duration"]) for name, task in by_end}
