"""Follow DAG runs from start to end, for a person who watches."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bloc_warehouse.airflow_local.api import AirflowApi, Json
from bloc_warehouse.airflow_local.environment import AirflowLocalError

_ENDED = {"success", "failed", "skipped", "upstream_failed", "removed"}
_ACTIVE = {"queued", "running"}
_POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class TaskEnd:
    """How a task of a run ended; a mapped one when all its parts had."""

    dag_id: str
    task_id: str
    state: str
    seconds: float
    parts: int


Show = Callable[[TaskEnd], None]


def wait_until_read(api: AirflowApi, dag_ids: Iterable[str], deadline: float) -> None:
    """Wait until Airflow has read the DAG files.

    Raises:
        AirflowLocalError: A file is broken, or it took too long.
    """
    missing = set(dag_ids)
    while missing := {dag_id for dag_id in missing if not api.knows(dag_id)}:
        errors = api.import_errors()
        if errors:
            raise AirflowLocalError(f"a DAG file cannot be read: {errors[0]}")
        _sleep_until(deadline, f"Airflow has not read {', '.join(sorted(missing))}")


def follow_run(
    api: AirflowApi, dag_id: str, run_id: str, *, show: Show, deadline: float
) -> None:
    """Wait for a run's end and show each task as it ends.

    Raises:
        AirflowLocalError: The run failed, or did not end in time.
    """
    shown: set[str] = set()
    while True:
        state = str(api.run(dag_id, run_id)["state"])
        for end in _ends(dag_id, api.tasks(dag_id, run_id)):
            if end.task_id not in shown:
                shown.add(end.task_id)
                show(end)
        if state == "success":
            return
        if state == "failed":
            raise AirflowLocalError(f"run {run_id} of {dag_id} failed: see its page")
        _sleep_until(deadline, f"run {run_id} of {dag_id} has not ended")


def follow_until_quiet(
    api: AirflowApi, dag_ids: Sequence[str], *, show: Show, deadline: float
) -> int:
    """Follow every run that is due or under way; return how many there were."""
    followed = 0
    while True:
        active = [
            (dag_id, str(run["dag_run_id"]))
            for dag_id in dag_ids
            for run in api.runs(dag_id)
            if run["state"] in _ACTIVE
        ]
        for dag_id, run_id in active:
            follow_run(api, dag_id, run_id, show=show, deadline=deadline)
            followed += 1
        if not active and not any(map(api.waiting_events, dag_ids)):
            return followed
        _sleep_until(deadline, "Airflow still has work")


def _ends(dag_id: str, instances: Iterable[Json]) -> list[TaskEnd]:
    by_task: dict[str, list[Json]] = defaultdict(list)
    for instance in instances:
        by_task[str(instance["task_id"])].append(instance)
    ends = [
        TaskEnd(dag_id, task_id, _worst(parts), _seconds(parts), len(parts))
        for task_id, parts in by_task.items()
        if all(part["state"] in _ENDED for part in parts)
    ]
    return sorted(ends, key=lambda end: _end(by_task[end.task_id]))


def _worst(parts: Iterable[Json]) -> str:
    states = {str(part["state"]) for part in parts}
    order = ("failed", "upstream_failed", "success", "skipped", "removed")
    return next(state for state in order if state in states)


def _seconds(parts: Iterable[Json]) -> float:
    times = [
        datetime.fromisoformat(part[key])
        for part in parts
        for key in ("start_date", "end_date")
        if part[key]
    ]
    return (max(times) - min(times)).total_seconds() if times else 0.0


def _end(parts: Iterable[Json]) -> str:
    return max(str(part["end_date"] or "") for part in parts)


def _sleep_until(deadline: float, complaint: str) -> None:
    if time.monotonic() > deadline:
        raise AirflowLocalError(f"gave up waiting: {complaint}")
    time.sleep(_POLL_SECONDS)
