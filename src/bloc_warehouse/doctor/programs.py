"""dbt, Great Expectations and Airflow: the versions in use, and whether they work."""

from collections.abc import Iterator
from functools import partial
from importlib.metadata import PackageNotFoundError, version

import psutil

from bloc_warehouse.airflow_local import find_running
from bloc_warehouse.airflow_local.api import AirflowApi, AirflowApiError
from bloc_warehouse.build.dbt_project import project_folder
from bloc_warehouse.checks.suites import load_suites
from bloc_warehouse.doctor.check import Check, tried
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.settings import Settings
from bloc_warehouse.variables import variable

_EXECUTION = "AIRFLOW__CORE__EXECUTION_API_SERVER_URL"


def look(settings: Settings) -> Iterator[Check]:
    """Look at what is installed, then at the Airflow that runs."""
    yield tried("dbt", partial(_dbt, settings), "make setup; or install the wheel anew")
    yield tried(
        "Great Expectations", partial(_rules, settings),
        "mend the file of rules that is named; bloc rules list",
    )  # fmt: skip
    was_started = (settings.data_dir / "airflow").is_dir()
    running = find_running(settings) if was_started else None
    if running is not None:
        yield from _airflow(running.api())
    elif address := variable(_EXECUTION).partition("/execution")[0]:
        yield _answers(AirflowApi(address, "", ""))
    else:
        yield Check(
            "Airflow", "warning", "no Airflow of this folder runs on this machine",
            "bloc airflow up; where Airflow runs elsewhere, look at its own page",
        )  # fmt: skip


def _dbt(settings: Settings) -> str:
    folder = project_folder(settings)
    if not (folder / "dbt_project.yml").is_file():
        raise FileNotFoundError(f"there is no dbt project in {folder}")
    return f"{_version('dbt-core')}, with {_version('dbt-postgres')}, on {folder}"


def _rules(settings: Settings) -> str:
    folder = settings.project_dir / "expectations"
    suites = load_suites(folder, "cross_check") + load_suites(folder, "audit")
    rules = sum(len(suite.expectations) for suite in suites)
    return f"{_version('great-expectations')}, {counted(rules, 'rule')}"


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError as error:
        raise OSError(f"{package} is not installed") from error


def _answers(api: AirflowApi) -> Check:
    if api.answers():
        return Check("Airflow", "ok", f"its API answers at {api.address}")
    return Check(
        "Airflow", "failed", f"its API does not answer at {api.address}",
        "see the log of the API server; start it again",
    )  # fmt: skip


def _airflow(api: AirflowApi) -> Iterator[Check]:
    answer = _answers(api)
    yield answer
    if answer.state == "failed":
        return
    try:
        yield from _components(api)
        yield from _hanging_tasks(api)
        for error in api.import_errors():
            yield Check(
                "DAG file", "failed", error.strip().splitlines()[0],
                "mend the file; Airflow reads it again within seconds",
            )  # fmt: skip
        for dag in api.get("/api/v2/dags", limit="100")["dags"]:
            yield _dag(api, dag["dag_id"], is_paused=dag["is_paused"])
    except AirflowApiError as error:
        yield Check("DAGs", "failed", str(error), "see the log of the API server")


def _components(api: AirflowApi) -> Iterator[Check]:
    """Look at the processes: where one is dead, nothing of Airflow itself may tell."""
    for name, last in api.silent_components().items():
        since = f"no sign of life since {last[:16]}" if last else "never came to life"
        yield Check(
            f"Airflow's {name}", "failed", since,
            "bloc airflow down; bloc airflow up: what was interrupted is done again",
        )  # fmt: skip


def _hanging_tasks(api: AirflowApi) -> Iterator[Check]:
    """Look for tasks that Airflow shows as running, with no process behind them.

    All of a local Airflow runs on this machine. Its scheduler takes such a task up
    again within ``orphaned_tasks_check_interval``, if it lives.
    """
    for task in api.running_tasks():
        pid = task["pid"]
        if pid is not None and not psutil.pid_exists(pid):
            yield Check(
                f"task {task['dag_id']}.{task['task_id']}", "failed",
                f"shown as running in {task['dag_run_id']}, but its process is gone",
                "wait two minutes; if it stays so, clear the task in Airflow",
            )  # fmt: skip


def _dag(api: AirflowApi, dag_id: str, *, is_paused: bool) -> Check:
    runs = api.runs(dag_id, limit=1)
    last = (
        f"last run {runs[0]['state']}, {runs[0]['run_after'][:16]}"
        if runs
        else "never ran"
    )
    name = f"DAG {dag_id}"
    if is_paused:
        return Check(name, "warning", f"paused; {last}", f"unpause {dag_id} in Airflow")
    if runs and runs[0]["state"] == "failed":
        return Check(
            name, "failed", last, "open the run in Airflow; its red task's log says why"
        )
    return Check(name, "ok", last)
