"""Runs that failed with everything that could have told of it, in a real Airflow."""

from typing import TYPE_CHECKING, Any

import pytest

from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

pytestmark = [pytest.mark.db, pytest.mark.airflow]

FAILURES = (
    "select pipeline, step, run, failure_count, error, recovered_at is null"
    " from quality.failures order by failure_id"
)


def lose(dag_run: Any, *, task: str = "") -> str:  # noqa: ANN401 - Airflow's
    """Let a run have failed without a word, as when its callback is killed."""
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import update

    of_run = {"dag_id": dag_run.dag_id, "run_id": dag_run.run_id}
    with create_session() as session:
        session.execute(
            update(DagRun).filter_by(**of_run).values(state="failed")  # type: ignore[attr-defined]
        )
        session.execute(
            update(TaskInstance)  # type: ignore[attr-defined]
            .filter_by(**of_run)
            .values(state="failed" if task else "skipped")
        )
    return str(dag_run.run_id)


def rows(settings: Settings, statement: str = FAILURES) -> list[tuple[Any, ...]]:
    with connect("ingest", settings=settings) as connection:
        return connection.execute(statement).fetchall()


def run(runnable: "DagBag", dag_id: str) -> Any:  # noqa: ANN401 - Airflow's
    dag_run = runnable.dags[dag_id].test()
    assert dag_run.state == "success"
    return dag_run


def test_a_run_that_told_nobody_is_found_by_the_next_and_is_an_alert(
    installation: Settings, runnable: "DagBag"
) -> None:
    killed = lose(run(runnable, "remind_missing_units"), task="remind_units")
    for _ in range(2):  # it is found once
        run(runnable, "deliver_alerts")
    ((*where, count, error, is_open),) = rows(installation)
    assert (where, count, is_open) == (
        ["remind_missing_units", "run", killed],
        1,
        True,
    )
    assert "killed, with all that could tell of it, in remind_units" in error
    told = "select event, channel, state from quality.deliveries"
    told += " inner join quality.alerts using (alert_id) where kind = 'pipeline_failed'"
    assert rows(installation, told) == [("opened", "log", "sent")]
    run(runnable, "remind_missing_units")
    assert [row[-1] for row in rows(installation)] == [False]


def test_a_run_that_took_too_long_is_found_among_those_that_ended_well(
    installation: Settings, runnable: "DagBag"
) -> None:
    """Its tasks are skipped, as many that ended well have skipped tasks, too."""
    runs = [run(runnable, "remind_missing_units") for _ in range(4)]
    late = [lose(runs[1]), lose(runs[2])]
    run(runnable, "deliver_alerts")
    known = rows(installation, "select run from quality.failed_runs order by run")
    assert known == [(one,) for one in sorted(late)]
    ((*_, count, error, is_open),) = rows(installation)
    assert (count, is_open) == (2, True)
    assert "took too long" in error


def test_a_failure_that_was_told_of_is_not_found_again(
    installation: Settings, runnable: "DagBag"
) -> None:
    installation.alert_routes.write_text("routes: []\n", encoding="utf-8")
    failed = runnable.dags["deliver_alerts"].test()
    assert failed is not None
    assert failed.state == "failed"
    installation.alert_routes.unlink()
    for _ in range(2):
        run(runnable, "deliver_alerts")
    ((_, step, found, count, _, is_open),) = rows(installation)
    assert (step, found) == ("deliver_alerts", failed.run_id)
    assert (count, is_open) == (1, False)


def test_alerts_go_out_where_airflow_does_not_answer(
    installation: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    from bloc_warehouse.dag_defaults import find_lost_runs

    class Silent:
        def get_dr_count(self, *_: object, **__: object) -> int:
            raise ConnectionError("gone")

    find_lost_runs(installation, Silent())
    assert "Airflow does not say which runs failed" in caplog.text
