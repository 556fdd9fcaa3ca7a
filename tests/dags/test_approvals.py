"""The DAGs that wait for a person, run in Airflow and answered as its API does."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from bloc_warehouse.alerts.alerts import list_alerts, refresh
from bloc_warehouse.build import releases
from bloc_warehouse.database.connection import connect
from bloc_warehouse.publish.period_closing import list_closings
from bloc_warehouse.settings import Settings

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

    Run = Callable[..., dict[str, str]]

pytestmark = [pytest.mark.db, pytest.mark.airflow]


@pytest.fixture
def run(runnable: "DagBag", monkeypatch: pytest.MonkeyPatch) -> "Run":
    """Run a DAG, and answer where it waits: Approve, Reject, or None for no answer."""

    def run_dag(
        dag_id: str, answer: str | None, *, by: str = "lan.anh", **conf: object
    ) -> dict[str, str]:
        # while a task waits, dag.test() sleeps for a second: then the answer comes
        monkeypatch.setattr(time, "sleep", lambda _seconds: _respond(answer, by))
        dag_run: Any = with_retries(runnable.dags[dag_id]).test(run_conf=conf)
        monkeypatch.undo()
        return {task.task_id: str(task.state) for task in dag_run.get_task_instances()}

    return run_dag


def with_retries(dag: Any) -> Any:  # noqa: ANN401 - Airflow's
    """Have a task be tried again at once: what is refused must not be."""
    for task in dag.tasks:
        task.retries, task.retry_delay = 2, timedelta()
    return dag


def _respond(answer: str | None, by: str) -> None:
    """Record the answer of a person, or have the scheduler find that none came."""
    from airflow.jobs.job import Job
    from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.trigger import handle_event_submit
    from airflow.sdk import timezone
    from airflow.triggers.base import TriggerEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select
    from sqlalchemy.orm import joinedload

    with create_session() as session:
        waiting = session.scalars(
            select(TaskInstance)
            .where(TaskInstance.state == "awaiting_input")
            .options(joinedload(TaskInstance.hitl_detail))
        ).all()
        for task in waiting:
            if answer is None:
                task.trigger_timeout = timezone.utcnow() - timedelta(days=1)
                continue
            detail = task.hitl_detail
            detail.responded_by = {"id": "7", "name": by}
            detail.responded_at = timezone.utcnow()
            detail.chosen_options = [answer]
            detail.params_input = {}
            event = TriggerEvent(detail.as_resume_event_payload())
            handle_event_submit(event, task_instance=task, session=session)
    if answer is None:
        SchedulerJobRunner(job=Job()).check_awaiting_input_timeouts()


@pytest.fixture
def blocked(installation: Settings) -> int:
    """A build that a finding over all blocs blocks."""
    number = releases.begin_build(installation)
    releases.finish_build(installation, number)
    with connect("ingest", settings=installation) as connection:
        connection.execute(
            "insert into quality.runs (stage, finished_at, critical_count,"
            " warning_count) values ('audit', now(), 1, 0);"
            "insert into quality.findings (run_id, rule, severity, message_vi,"
            " message_en) values (1, 'H1', 'critical', 'lệch', 'differs')"
        )
        releases.record_audit(connection, number, 1)
    return number


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with connect("ingest", settings=settings) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


_PUBLISHED = (
    "select state, published_by, publish_reason, is_overridden from quality.releases"
)


def test_an_override_is_published_when_a_person_approves_and_only_then(
    installation: Settings, blocked: int, run: "Run"
) -> None:
    order = {"release": blocked, "reason": "counted by hand", "bloc": "all"}
    for answer in ("Reject", None):
        states = run("override_publish", answer, **order)
        assert states["approve_override"] == "success"
        assert states["publish_release"] == states["refresh_alerts"] == "skipped"
        assert rows(installation, _PUBLISHED) == [("candidate", None, None, False)]
    states = run("override_publish", "Approve", **order)
    assert set(states.values()) == {"success"}
    assert rows(installation, _PUBLISHED) == [
        ("live", "lan.anh", "counted by hand", True)
    ]
    # what waits no more is not published again
    states = run("override_publish", "Approve", **order)
    assert states["describe_release"] == "failed"
    assert tried(installation) == [("override_publish", "describe_release", 1)]
    assert alerts_of_failures(installation) == []


def test_who_starts_an_override_cannot_approve_it(
    installation: Settings, blocked: int, run: "Run", caplog: pytest.LogCaptureFixture
) -> None:
    order = {"release": blocked, "reason": "counted by hand", "bloc": "ALL"}
    # who starts a run by dag.test() is called so in the run itself
    for starter in ("dag_test", "Dag_Test", " DAG_TEST", "ｄａｇ_test"):
        states = run("override_publish", "Approve", by=starter, **order)
        assert states["approve_override"] == "success"
        assert states["publish_release"] == "failed"
        assert f"{starter} started this run, so somebody else must" in caplog.text
        assert rows(installation, _PUBLISHED) == [("candidate", None, None, False)]
    assert tried(installation) == [("override_publish", "publish_release", 4)]
    assert alerts_of_failures(installation) == []
    states = run("override_publish", "Approve", by="dag_test2", **order)
    assert set(states.values()) == {"success"}
    assert rows(installation, _PUBLISHED) == [
        ("live", "dag_test2", "counted by hand", True)
    ]


def test_an_override_that_nobody_is_known_to_have_started_is_refused() -> None:
    from bloc_warehouse.dag_orders import second_person

    answer = {
        "chosen_options": ["Approve"],
        "responded_by_user": {"id": "7", "name": "lan.anh"},
    }
    for started_by, is_refused in ((None, True), ("", True), ("7", True), ("8", False)):
        context = {"dag_run": SimpleNamespace(triggering_user_name=started_by)}
        with pytest.raises(PermissionError) if is_refused else nullcontext():
            assert second_person(answer, context) == "lan.anh"


def tried(settings: Settings) -> list[tuple[Any, ...]]:
    """Return what was refused: recorded as over, and how often it was tried."""
    return rows(
        settings,
        "select pipeline, step, count(*) from quality.failures"
        " where recovered_at is not null group by 1, 2",
    )


def alerts_of_failures(settings: Settings) -> list[Any]:
    refresh(settings)
    return [alert for alert in list_alerts(settings) if alert.kind == "pipeline_failed"]


def test_an_override_of_every_bloc_is_asked_for_in_so_many_words(
    dag_bag: "DagBag",
) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    bloc = dag_bag.dags["override_publish"].params.get_param("bloc")
    for value in (None, "", "*"):
        with pytest.raises(ParamValidationError):
            bloc.resolve(value) if value is not None else bloc.resolve()
    assert bloc.resolve("ALL") == "ALL"


@pytest.fixture
def office(installation: Settings) -> None:
    """The lists that closing a period asks."""
    with connect("ingest", settings=installation) as connection:
        connection.execute("insert into reference.ref_blocs (bloc_code) values ('LAN')")
    with connect("transform", settings=installation) as connection:
        connection.execute(
            "create table reference.ref_periods as select '2024-H1' as period_code,"
            " date '2024-06-30' as period_end"
        )


def test_a_period_is_closed_by_whoever_approves(
    installation: Settings, office: None, run: "Run"
) -> None:
    order = {"bloc": "lan", "period": "2024-H1", "reason": "the books are done"}
    assert run("close_period", None, **order)["fix_figures"] == "skipped"
    assert list_closings(installation) == []
    assert set(run("close_period", "Approve", **order).values()) == {"success"}
    (closing,) = list_closings(installation)
    assert (closing.bloc_code, closing.closed_by) == ("LAN", "lan.anh")
    assert closing.left_open == ["nothing is published yet: run `bloc run`"]
    assert run("close_period", "Approve", **order)["list_open_points"] == "failed"
    assert alerts_of_failures(installation) == []


def test_a_refused_closing_stays_refused(
    installation: Settings, office: None, run: "Run", caplog: pytest.LogCaptureFixture
) -> None:
    with connect("transform", settings=installation) as connection:
        connection.execute(
            "create table marts.fct_returns as select 'LAN' as bloc_code,"
            " '2024-H1' as period_code, ''::text as unit_code, ''::text as form,"
            " 'accepted' as state, true as is_expected"
        )
    with connect("ingest", settings=installation) as connection:
        connection.execute(
            "insert into quality.runs (stage) values ('audit');"
            "insert into quality.violations (stage, rule, severity, bloc_code,"
            " period_code, message_vi, message_en, state, first_seen, opened_at,"
            " last_seen, last_run_id) values ('audit', 'H1', 'critical', 'LAN',"
            " '2024-H1', '', '4851 or 4852', 'open', now(), now(), now(), 1)"
        )
    order = {"bloc": "LAN", "period": "2024-H1", "reason": "the books are done"}
    states = run("close_period", "Approve", **order)
    assert states["list_open_points"] == "failed"
    assert tried(installation) == [("close_period", "list_open_points", 1)]
    assert list_closings(installation) == []
    assert "critical finding H1: 4851 or 4852" in caplog.text
    # said in so many words it is closed, and the list is kept
    order["despite"] = "critical findings"
    assert set(run("close_period", "Approve", **order).values()) == {"success"}
    (closing,) = list_closings(installation)
    assert closing.left_open == ["critical finding H1: 4851 or 4852"]
    assert alerts_of_failures(installation) == []


def test_what_came_to_be_open_meanwhile_is_refused_once_and_for_all(
    installation: Settings, office: None, run: "Run", monkeypatch: pytest.MonkeyPatch
) -> None:
    from bloc_warehouse.publish import period_closing

    answers = iter([("nothing is published yet: run `bloc run`",), ("another",), ()])
    monkeypatch.setattr(period_closing, "_obstacles", lambda *_: next(answers))
    order = {"bloc": "LAN", "period": "2024-H1", "reason": "the books are done"}
    assert run("close_period", "Approve", **order)["fix_figures"] == "failed"
    assert tried(installation) == [("close_period", "fix_figures", 1)]
    assert list_closings(installation) == []
