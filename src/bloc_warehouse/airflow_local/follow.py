"""Follow DAG runs from start to end, for a person who watches."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar
from urllib.error import HTTPError

from bloc_warehouse.airflow_local.api import AirflowApi, AirflowApiError, Json
from bloc_warehouse.airflow_local.environment import AirflowLocalError

_ENDED = {"success", "failed", "skipped", "upstream_failed", "removed"}
_ACTIVE = {"queued", "running"}
_POLL_SECONDS = 1.0
# longer than a task waits before it is tried again
_STILL_SECONDS = 15 * 60

_T = TypeVar("_T")


class RunFailedError(AirflowLocalError):
    """A run that was followed failed."""


@dataclass(frozen=True, slots=True)
class TaskEnd:
    """How a task of a run ended; a mapped one when all its parts had."""

    dag_id: str
    task_id: str
    state: str
    seconds: float
    parts: int


Show = Callable[[TaskEnd], None]


class Patience:
    """Waits as long as something happens, however slow the machine is.

    A task that runs is something: its own limit of time ends it. What nothing happens
    to for a quarter of an hour is given up.
    """

    def __init__(self, seconds: float = _STILL_SECONDS) -> None:
        self._seconds = seconds
        self._seen: object = None
        self._deadline = time.monotonic() + seconds

    def wait(self, complaint: str, seen: object, *, is_at_work: bool = False) -> None:
        """Wait a moment.

        Args:
            complaint: What is awaited, for the error message if it never comes.
            seen: The current state; a value other than the last one is progress.
            is_at_work: Something is being done, whether or not it shows.

        Raises:
            AirflowLocalError: Nothing happened for too long.
        """
        if is_at_work or seen != self._seen:
            self._seen = seen
            self._deadline = time.monotonic() + self._seconds
        if time.monotonic() > self._deadline:
            raise AirflowLocalError(
                f"gave up after {self._seconds / 60:.0f} minutes in which nothing"
                f" happened: {complaint}; the next run goes on from here"
            )
        time.sleep(_POLL_SECONDS)

    def ask(self, question: Callable[[], _T]) -> _T:
        """Ask until there is an answer: a busy machine's server is silent at times.

        Raises:
            AirflowApiError: The server refuses.
        """
        while True:
            try:
                return question()
            except AirflowApiError as error:
                if isinstance(error.__cause__, HTTPError):
                    raise
                self.wait(str(error), self._seen)


def wait_until_read(
    api: AirflowApi, dag_ids: Iterable[str], patience: Patience
) -> None:
    """Wait until Airflow has read the DAG files.

    Raises:
        AirflowLocalError: A file is broken, or it took too long.
    """
    missing = set(dag_ids)
    while missing := {
        dag_id for dag_id in missing if not patience.ask(partial(api.knows, dag_id))
    }:
        errors = patience.ask(api.import_errors)
        if errors:
            raise AirflowLocalError(f"a DAG file cannot be read: {errors[0]}")
        patience.wait(f"Airflow has not read {', '.join(sorted(missing))}", missing)


def follow_run(
    api: AirflowApi, dag_id: str, run_id: str, *, show: Show, patience: Patience
) -> None:
    """Wait for a run's end and show each task as it ends.

    Raises:
        RunFailedError: The run failed.
        AirflowLocalError: Nothing happened to it for too long.
    """
    shown: set[str] = set()
    while True:
        state = str(patience.ask(partial(api.run, dag_id, run_id))["state"])
        tasks = patience.ask(partial(api.tasks, dag_id, run_id))
        for end in _ends(dag_id, tasks):
            if end.task_id not in shown:
                shown.add(end.task_id)
                show(end)
        if state == "success":
            return
        if state == "failed":
            raise RunFailedError(f"run {run_id} of {dag_id} failed: see its page")
        patience.wait(
            f"run {run_id} of {dag_id} has not ended",
            [state, *map(_progress, tasks)],
            is_at_work=any(task["state"] == "running" for task in tasks),
        )


def follow_until_quiet(
    api: AirflowApi, dag_ids: Sequence[str], *, show: Show, patience: Patience
) -> None:
    """Follow every run that is due or under way.

    Raises:
        RunFailedError: One of them failed.
        AirflowLocalError: Nothing happened for too long.
    """
    while True:
        active = [
            (dag_id, str(run["dag_run_id"]))
            for dag_id in dag_ids
            for run in patience.ask(partial(api.runs, dag_id))
            if run["state"] in _ACTIVE
        ]
        for dag_id, run_id in active:
            follow_run(api, dag_id, run_id, show=show, patience=patience)
        events = [
            patience.ask(partial(api.waiting_events, dag_id)) for dag_id in dag_ids
        ]
        if not active and not any(events):
            return
        patience.wait("Airflow still has work", (active, events))


def _progress(task: Json) -> tuple[object, ...]:
    return tuple(task[key] for key in ("task_id", "map_index", "state", "try_number"))


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
