"""Whoever follows runs waits while something happens, and no longer."""

import time
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.error import HTTPError, URLError

import pytest

from bloc_warehouse.airflow_local.api import AirflowApi, AirflowApiError
from bloc_warehouse.airflow_local.environment import AirflowLocalError
from bloc_warehouse.airflow_local.follow import (
    Patience,
    RunFailedError,
    TaskEnd,
    follow_run,
    follow_until_quiet,
)

Json: TypeAlias = dict[str, Any]
Line: TypeAlias = tuple[str, list[Json]] | Exception

QUARTER = 15 * 60


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that a minute passes on whenever somebody waits."""
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda _: now.append(now.pop() + 60))
    return now


def task(state: str | None, task_id: str = "build_marts", tried: int = 1) -> Json:
    return {
        "task_id": task_id, "map_index": -1, "state": state, "try_number": tried,
        "start_date": None, "end_date": None,
    }  # fmt: skip


@dataclass
class Api(AirflowApi):
    """A server that answers what a script says, the last line for ever."""

    script: list[Line] = field(default_factory=list)
    step: int = 0

    def run(self, dag_id: str, run_id: str) -> Json:
        """Move on by a step and return the run."""
        line = self.script[min(self.step, len(self.script) - 1)]
        self.step += 1
        if isinstance(line, Exception):
            raise AirflowApiError("silent") from line
        return {"state": line[0]}

    def tasks(self, dag_id: str, run_id: str) -> list[Json]:
        line = self.script[min(self.step, len(self.script)) - 1]
        return [] if isinstance(line, Exception) else line[1]


def follow(*script: Line) -> list[TaskEnd]:
    ends: list[TaskEnd] = []
    api = Api("", "", "", script=list(script))
    follow_run(api, "d", "r", show=ends.append, patience=Patience(QUARTER))
    return ends


RUNNING: Line = ("running", [task("running")])
QUEUED: Line = ("running", [task("queued")])
DONE: Line = ("success", [task("success")])


def test_a_task_that_runs_for_hours_is_waited_for(clock: list[float]) -> None:
    (end,) = follow(*[RUNNING] * 200, DONE)
    assert end.state == "success"
    assert clock[0] >= 3 * 3600


def test_each_step_renews_the_wait() -> None:
    slow: list[Line] = [
        ("running", [task(state, tried=tried)])
        for tried in range(20)
        for state in ("queued", "up_for_retry")
        for _ in range(10)
    ]
    assert len(follow(*slow, DONE)) == 1


@pytest.mark.parametrize("still", [QUEUED, ("queued", [])])
def test_where_nothing_happens_it_ends_and_says_what_to_do(
    still: Line, clock: list[float]
) -> None:
    with pytest.raises(AirflowLocalError, match="15 minutes in which nothing happened"):
        follow(RUNNING, still)
    assert clock[0] < QUARTER + 300


def test_a_server_that_is_silent_for_minutes_is_asked_again() -> None:
    assert len(follow(*[URLError("timed out")] * 10, DONE)) == 1
    with pytest.raises(AirflowLocalError, match="gave up"):
        follow(RUNNING, URLError("timed out"))


def test_a_server_that_refuses_is_not() -> None:
    refused = HTTPError("", 403, "no", {}, None)  # type: ignore[arg-type]
    with pytest.raises(AirflowApiError):
        follow(refused, DONE)


def test_a_failed_run_is_distinguished_from_one_that_hangs() -> None:
    with pytest.raises(RunFailedError):
        follow(RUNNING, ("failed", [task("failed")]))


def test_runs_that_are_due_are_followed_until_none_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    api = Api("", "", "", script=[DONE])
    runs = iter([[], [{"dag_run_id": "r", "state": "queued"}], []])
    events = iter([1, 0, 0])
    monkeypatch.setattr(Api, "runs", lambda *_: next(runs))
    monkeypatch.setattr(Api, "waiting_events", lambda *_: next(events))
    ends: list[TaskEnd] = []
    follow_until_quiet(api, ["d"], show=ends.append, patience=Patience(QUARTER))
    assert [end.task_id for end in ends] == ["build_marts"]
