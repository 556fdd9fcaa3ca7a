"""The few calls of Airflow's REST API that we make."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from bloc_warehouse.errors import SetupError

Json: TypeAlias = dict[str, Any]

# part of the health report -> its last sign of life
_HEARTBEATS = {
    "scheduler": "latest_scheduler_heartbeat",
    "dag_processor": "latest_dag_processor_heartbeat",
    "triggerer": "latest_triggerer_heartbeat",
}
_SECONDS = 30
_TRIES = 3  # of what may be repeated, while a busy machine answers late


class AirflowApiError(SetupError):
    """Airflow does not answer, or refuses."""


@dataclass(slots=True)
class AirflowApi:
    """A client that logs in when it must."""

    address: str
    user: str
    password: str
    _token: str = ""

    def answers(self) -> bool:
        """Tell whether the server is there, whatever the other components do."""
        try:
            self._send("GET", "/api/v2/version")
        except AirflowApiError:
            return False
        return True

    def is_healthy(self, *, since: datetime) -> bool:
        """Tell whether the database and all components have shown life since then."""
        try:
            report = self._send("GET", "/api/v2/monitor/health")
        except AirflowApiError:
            return False
        if report["metadatabase"]["status"] != "healthy":
            return False
        return all(
            report[part]["status"] == "healthy"
            and datetime.fromisoformat(report[part][heartbeat]) >= since
            for part, heartbeat in _HEARTBEATS.items()
        )

    def silent_components(self) -> dict[str, str | None]:
        """Return the components that show no life, with when they last did, if ever."""
        report = self._send("GET", "/api/v2/monitor/health")
        return {
            part: report[part][heartbeat]
            for part, heartbeat in _HEARTBEATS.items()
            if report[part]["status"] != "healthy"
        }

    def running_tasks(self) -> list[Json]:
        """Return the task instances of all DAGs that are said to run."""
        path = "/api/v2/dags/~/dagRuns/~/taskInstances"
        return list(self.get(path, state="running", limit="100")["task_instances"])

    def has_read(self, files: int) -> bool:
        """Tell whether so many DAG files were read, well or with an error."""
        try:
            found = self.get("/api/v2/dags", limit="1")["total_entries"]
            return int(found) + len(self.import_errors()) >= files
        except AirflowApiError:
            return False

    def knows(self, dag_id: str) -> bool:
        """Tell whether the DAG has been read and can run."""
        found = self.get("/api/v2/dags", dag_id_pattern=dag_id)
        return any(
            dag["dag_id"] == dag_id and not dag["is_stale"] for dag in found["dags"]
        )

    def import_errors(self) -> list[str]:
        """Return what is wrong with DAG files that could not be read."""
        found = self.get("/api/v2/importErrors")["import_errors"]
        return [f"{error['filename']}: {error['stack_trace']}" for error in found]

    def trigger(self, dag_id: str) -> str:
        """Start a run now and return its id."""
        run = self._authorised(
            "POST", f"/api/v2/dags/{quote(dag_id)}/dagRuns", {"logical_date": None}
        )
        return str(run["dag_run_id"])

    def runs(self, dag_id: str, *, limit: int = 20) -> list[Json]:
        """Return the DAG's latest runs, newest first."""
        path = f"/api/v2/dags/{quote(dag_id)}/dagRuns"
        found = self.get(path, order_by="-run_after", limit=str(limit))
        return list(found["dag_runs"])

    def run(self, dag_id: str, run_id: str) -> Json:
        """Return one run."""
        return self.get(f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id)}")

    def tasks(self, dag_id: str, run_id: str) -> list[Json]:
        """Return the run's task instances."""
        path = f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id)}/taskInstances"
        return list(self.get(path, limit="1000")["task_instances"])

    def waiting_events(self, dag_id: str) -> int:
        """Return how many asset events have not become a run of the DAG yet."""
        path = f"/api/v2/dags/{quote(dag_id)}/assets/queuedEvents"
        try:
            return int(self.get(path)["total_entries"])
        except AirflowApiError as error:
            if isinstance(error.__cause__, HTTPError) and error.__cause__.code == 404:
                return 0
            raise

    def get(self, path: str, **query: str) -> Json:
        """Read one resource."""
        wanted = f"{path}?{urlencode(query)}" if query else path
        for _ in range(_TRIES - 1):
            try:
                return self._authorised("GET", wanted)
            except AirflowApiError as error:
                if isinstance(error.__cause__, HTTPError):
                    raise
        return self._authorised("GET", wanted)

    def _authorised(self, method: str, path: str, body: Json | None = None) -> Json:
        if not self._token:
            login = {"username": self.user, "password": self.password}
            self._token = str(self._send("POST", "/auth/token", login)["access_token"])
        headers = {"Authorization": f"Bearer {self._token}"}
        return self._send(method, path, body, headers)

    def _send(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        request = Request(  # noqa: S310 - always our own http address
            self.address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **(headers or {})},
        )
        try:
            with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
                return dict(json.load(answer))
        except (URLError, OSError, ValueError) as error:
            raise AirflowApiError(
                f"Airflow at {self.address} does not answer {method} {path}: {error}"
            ) from error
