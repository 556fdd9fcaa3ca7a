"""Runs that failed and could not say so: found in Airflow's own record by the next run.

A callback tells of a failure, but a callback's process can be killed, too. So whoever
delivers alerts asks Airflow which runs failed, and records those nobody has told of.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from bloc_warehouse.alerts.failures import report_failure
from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import DatabaseSettings, Settings

_FAILED = ["failed"]
_AT_ONCE = 50  # run ids in one question: they travel in its address

logger = logging.getLogger(__name__)


class LostRunError(Exception):
    """A run failed, and nothing of it was left to say why."""


class AirflowRecord(Protocol):
    """What a task's own ``ti`` answers about any DAG, by Airflow's execution API."""

    def get_dr_count(
        self,
        dag_id: str,
        *,
        run_ids: list[str] | None = None,
        states: list[str] | None = None,
    ) -> int:
        """Return how many runs there are of these ids and states."""

    def get_task_states(self, dag_id: str) -> Mapping[str, Mapping[str, Any]]:
        """Return the states of all tasks by run."""


def report_lost_runs(
    settings: Settings, airflow: AirflowRecord, dag_ids: Iterable[str], step: str
) -> list[str]:
    """Record each failed run that nobody has told of; the next refresh opens its alert.

    Two small questions per DAG, unless there is something to find: Airflow counts its
    failed runs, and those of them that are known here.

    Args:
        settings: The warehouse.
        airflow: Answers for the DAGs.
        dag_ids: The DAGs to look at; one that Airflow does not know has no runs.
        step: The step under which a whole run's failure is recorded.

    Returns:
        The ids of the runs that were found.
    """
    found: list[str] = []
    for dag_id in sorted(dag_ids):
        told = _told_runs(settings, dag_id)
        count = airflow.get_dr_count(dag_id, states=_FAILED)
        if count == _count_failed(airflow, dag_id, told):
            continue
        tasks = airflow.get_task_states(dag_id)
        for run in _failed_runs(airflow, dag_id, sorted(tasks.keys() - set(told))):
            error = LostRunError(_words(tasks[run]))
            logger.error("%s: run %s failed and told nobody: %s", dag_id, run, error)
            report_failure(settings, dag_id, step, run, error)
            found.append(run)
    return found


def _told_runs(settings: DatabaseSettings, dag_id: str) -> list[str]:
    with connect("ingest", settings=settings) as connection:
        rows = connection.execute(
            "select run from quality.failed_runs where pipeline = %s order by run",
            [dag_id],
        ).fetchall()
    return [run for (run,) in rows]


def _count_failed(airflow: AirflowRecord, dag_id: str, runs: Sequence[str]) -> int:
    return sum(
        airflow.get_dr_count(dag_id, run_ids=part, states=_FAILED)
        for part in _parts(runs)
    )


def _failed_runs(
    airflow: AirflowRecord, dag_id: str, runs: Sequence[str]
) -> Iterable[str]:
    """Yield the failed ones: Airflow counts them by no name, so halves are tried.

    A task's state does not say it: a run that took too long has skipped tasks only.
    """
    for part in _parts(runs):
        if not airflow.get_dr_count(dag_id, run_ids=part, states=_FAILED):
            continue
        if len(part) == 1:
            yield part[0]
        else:
            middle = len(part) // 2
            yield from _failed_runs(airflow, dag_id, part[:middle])
            yield from _failed_runs(airflow, dag_id, part[middle:])


def _parts(runs: Sequence[str]) -> Iterable[list[str]]:
    for start in range(0, len(runs), _AT_ONCE):
        yield list(runs[start : start + _AT_ONCE])


def _words(tasks: Mapping[str, Any]) -> str:
    failed = sorted(task for task, state in tasks.items() if state == "failed")
    if failed:
        return f"killed, with all that could tell of it, in {', '.join(failed)}"
    return "it took too long, or was stopped, and nothing was left to tell of it"
