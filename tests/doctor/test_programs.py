"""What the doctor says of an Airflow of which a part is dead."""

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.session.serving import serve

from bloc_warehouse.airflow_local.api import AirflowApi
from bloc_warehouse.doctor import programs
from bloc_warehouse.doctor.check import State

GONE = 2**22 + 1  # above the largest number of a process on Linux


def _health(scheduler: str, heartbeat: str | None) -> dict[str, Any]:
    now = "2026-07-01T08:00:00+00:00"
    return {
        "metadatabase": {"status": "healthy"},
        "scheduler": {"status": scheduler, "latest_scheduler_heartbeat": heartbeat},
        "dag_processor": {
            "status": "healthy", "latest_dag_processor_heartbeat": now,
        },
        "triggerer": {"status": "healthy", "latest_triggerer_heartbeat": now},
    }  # fmt: skip


def _task(pid: int | None) -> dict[str, Any]:
    return {
        "dag_id": "build_warehouse",
        "task_id": "build_marts",
        "dag_run_id": "manual__1",
        "pid": pid,
    }


@pytest.fixture
def answers() -> dict[str, Any]:
    """What Airflow's API says, by path."""
    return {
        "/api/v2/version": {},
        "/auth/token": {"access_token": "t"},
        "/api/v2/monitor/health": _health("healthy", "2026-07-01T08:00:00+00:00"),
        "/api/v2/importErrors": {"import_errors": []},
        "/api/v2/dags/~/dagRuns/~/taskInstances": {"task_instances": []},
        "/api/v2/dags": {"dags": []},
    }


@pytest.fixture
def api(answers: dict[str, Any]) -> Iterator[AirflowApi]:
    """A client of an API that gives those answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = json.dumps(answers[self.path.partition("?")[0]]).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serve(server)
        yield AirflowApi(f"http://127.0.0.1:{server.server_port}", "admin", "")
        server.shutdown()


def _states(api: AirflowApi) -> dict[str, tuple[State, str]]:
    return {check.name: (check.state, check.found) for check in programs._airflow(api)}


def test_where_all_lives_nothing_more_is_said(api: AirflowApi) -> None:
    assert list(_states(api)) == ["Airflow"]


def test_a_dead_scheduler_is_told_of(answers: dict[str, Any], api: AirflowApi) -> None:
    answers["/api/v2/monitor/health"] = _health(
        "unhealthy", "2026-07-01T07:12:30.5+00:00"
    )
    state, found = _states(api)["Airflow's scheduler"]
    assert (state, found) == ("failed", "no sign of life since 2026-07-01T07:12")


@pytest.mark.parametrize(
    ("pid", "is_told"), [(GONE, True), (os.getpid(), False), (None, False)]
)
def test_a_task_that_runs_with_nothing_behind_it_is_told_of(
    answers: dict[str, Any], api: AirflowApi, pid: int | None, is_told: bool
) -> None:
    answers["/api/v2/dags/~/dagRuns/~/taskInstances"] = {"task_instances": [_task(pid)]}
    assert ("task build_warehouse.build_marts" in _states(api)) is is_told
