"""Each DAG runs in Airflow to its last task, and again with nothing new."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from tests import builders

from bloc_warehouse.database.connection import Role, connect
from bloc_warehouse.intake.run import ingest
from bloc_warehouse.reference.apply import apply_first
from bloc_warehouse.settings import Settings, get_settings

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

    States = dict[str, str]
    Run = Callable[[str], States]


_LOG = structlog.get_logger(__name__)

pytestmark = [pytest.mark.db, pytest.mark.airflow]


@pytest.fixture
def run(runnable: "DagBag") -> "Run":
    """Run a DAG by its id; returns task → state, mapped tasks with their number."""

    def run_dag(dag_id: str) -> "States":
        dag_run: Any = runnable.dags[dag_id].test()
        assert dag_run.state == "success"
        return {
            f"{task.task_id}[{task.map_index}]"
            if task.map_index >= 0
            else task.task_id: str(task.state)
            for task in dag_run.get_task_instances()
        }

    return run_dag


def test_files_are_loaded_announced_built_and_published_until_that_is_pinned(
    installation: Settings, run: "Run"
) -> None:
    """One warehouse for both, as it takes dbt half a minute to make its relations."""
    states = run("ingest_submissions")
    assert states["load_batch"] == states["announce_submissions"] == "skipped"
    builders.land(
        installation.landing_dir, "LAN-001", "2024-07-05/a.xlsx", builders.workbook()
    )
    builders.land(installation.landing_dir, "LAN-002", "b.xlsx", b"not a workbook")
    # Airflow's database is the session's: other tests announced things, too
    received, released = len(events("raw/submissions")), len(events("marts/release"))
    assert run("ingest_submissions") == {
        "find_new_files": "success",
        "load_batch[0]": "success",
        "announce_submissions": "success",
    }
    assert _rows(installation, "select state from raw.files order by path") == [
        ("accepted",),
        ("rejected",),
    ]
    assert events("raw/submissions")[received:] == [{"files": 2, "blocs": {"LAN": 1}}]
    assert set(run("build_warehouse").values()) == {"success"}
    release = {"verdict": "passed", "blocs": ["DLK", "LAN"], "blocked": []}
    assert events("marts/release")[released:] == [release | {"release": 1}]
    published = "select closing_total from marts.fct_membership_stocks"
    assert _rows(installation, published, role="bi_reader") == [(62,)]
    (report,) = installation.reports_dir.glob("periods/LAN/2024-H1/release-*.html")
    assert "6 tháng đầu năm 2024" in report.read_text(encoding="utf-8")
    assert run("ingest_submissions")["announce_submissions"] == "skipped"
    _check_that_what_is_not_published_is_not_announced(installation, run)


def _check_that_what_is_not_published_is_not_announced(
    installation: Settings, run: "Run"
) -> None:
    another = builders.workbook(period_code="2024-M9")
    builders.land(installation.landing_dir, "LAN-001", "2024-10-05/a.xlsx", another)
    run("ingest_submissions")
    announced = len(events("marts/release"))
    with connect("transform", settings=installation) as connection:
        connection.execute(
            "update quality.publishing set pinned = true, pinned_at = now(),"
            " pinned_by = 'lan.anh'"
        )
    states = run("build_warehouse")
    assert states["audit_marts"] == "success"
    assert states["publish_marts"] == "skipped"
    assert states["refresh_alerts"] == "success"
    assert len(events("marts/release")) == announced
    states_of_releases = "select state from quality.releases order by release_id"
    assert _rows(installation, states_of_releases) == [("live",), ("candidate",)]


def events(asset: str) -> list[dict[str, Any]]:
    """Return what was told with each event of an asset."""
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    of_asset = select(AssetEvent).join(AssetModel, AssetModel.id == AssetEvent.asset_id)
    with create_session() as session:
        found = session.scalars(
            of_asset.where(AssetModel.name == asset).order_by(AssetEvent.id)
        )
        return [dict(event.extra) for event in found]


def _rows(
    settings: Settings, statement: str, role: Role = "ingest"
) -> list[tuple[Any, ...]]:
    with connect(role, settings=settings) as connection:
        return connection.execute(statement).fetchall()


def test_a_task_that_fails_is_an_alert_until_it_ends_well(
    installation: Settings, runnable: "DagBag", run: "Run"
) -> None:
    assert run("remind_missing_units") == {"remind_units": "success"}
    installation.alert_routes.write_text("routes: []\n", encoding="utf-8")
    failed: Any = runnable.dags["deliver_alerts"].test()
    assert failed.state == "failed"
    failures = (
        "select pipeline, step, error, recovered_at is null from quality.failures"
    )
    ((*where, error, is_open),) = _rows(installation, failures)
    assert (where, is_open) == (["deliver_alerts", "deliver_alerts"], True)
    assert "alerts.yaml: routes: must be a list" in error
    installation.alert_routes.unlink()
    run("deliver_alerts")
    run("deliver_alerts")
    told = "select kind, event, channel, state from quality.deliveries"
    told += " inner join quality.alerts using (alert_id) order by event_id"
    assert _rows(installation, told) == [
        ("pipeline_failed", "opened", "log", "sent"),
        ("pipeline_failed", "closed", "log", "sent"),
    ]


def test_a_run_that_could_not_say_why_it_failed_is_an_alert_until_one_ends_well(
    installation: Settings, runnable: "DagBag", run: "Run"
) -> None:
    """What the DAG processor is asked to call when nothing of a task is left."""
    lost, timed_out = _lost_run(runnable), _lost_run(runnable)
    open_now = "select step, run, failure_count from quality.failures"
    open_now += " where recovered_at is null order by step"
    for _ in range(2):
        _call_back(runnable, lost, "task_failure")
    _call_back(runnable, timed_out, "timed_out")
    assert _rows(installation, open_now) == [
        ("deliver_alerts", lost.run_id, 1),
        ("run", timed_out.run_id, 1),
    ]
    run("deliver_alerts")  # tells, and ends well
    assert _rows(installation, open_now) == []
    told = "select text_en from quality.alert_events order by event_id limit 1"
    ((text,),) = _rows(installation, told)
    assert "run: failed (1), last in run" in text
    assert "LostTaskError: the run ended: timed_out" in text
    assert "killed, took too long, or never came to run" in text


def test_a_task_that_was_killed_is_an_alert_by_its_own_callback(
    installation: Settings, runnable: "DagBag"
) -> None:
    from airflow.callbacks.callback_requests import TaskCallbackRequest
    from airflow.dag_processing.processor import _execute_task_callbacks

    lost = _lost_run(runnable)
    request = TaskCallbackRequest(
        filepath="", bundle_name="", bundle_version=None, msg="killed", ti=_task(lost)
    )
    _execute_task_callbacks(runnable, request, _LOG)
    failed = "select step, run, error from quality.failures where recovered_at is null"
    assert _rows(installation, failed) == [
        (
            "deliver_alerts",
            lost.run_id,
            "LostTaskError: the task was killed, took too long, or never came to run",
        )
    ]


def _lost_run(runnable: "DagBag") -> Any:  # noqa: ANN401 - Airflow's
    """Return a run of deliver_alerts that ended, for others to ask about."""
    return runnable.dags["deliver_alerts"].test()


def _task(dag_run: Any) -> Any:  # noqa: ANN401 - Airflow's
    from airflow.api_fastapi.execution_api.datamodels.taskinstance import TaskInstance

    (task,) = (
        instance
        for instance in dag_run.get_task_instances()
        if instance.task_id == "deliver_alerts"
    )
    return TaskInstance.model_validate(task, from_attributes=True)


def _call_back(runnable: "DagBag", dag_run: Any, reason: str) -> None:  # noqa: ANN401
    from airflow.api_fastapi.execution_api.datamodels.taskinstance import DagRun
    from airflow.callbacks.callback_requests import DagCallbackRequest, DagRunContext
    from airflow.dag_processing.processor import _execute_dag_callbacks

    context = DagRunContext(
        dag_run=DagRun.model_validate(dag_run, from_attributes=True),
        last_ti=_task(dag_run) if reason == "task_failure" else None,
    )
    request = DagCallbackRequest(
        filepath="", bundle_name="", bundle_version=None, msg=reason,
        dag_id="deliver_alerts", run_id=dag_run.run_id, context_from_server=context,
    )  # fmt: skip
    _execute_dag_callbacks(runnable, request, _LOG)


def test_upkeep_backs_up_and_says_what_it_found(
    installation: Settings, run: "Run", monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where Airflow's database is not known it is left alone."""
    assert run("maintain_warehouse") == {
        "verify_archive": "success",
        "drop_old_logs": "success",
        "clean_metadata": "skipped",
        "vacuum_tables": "success",
        "back_up": "skipped",
        "check_backup": "skipped",
    }
    monkeypatch.setenv("BLOC_BACKUP_TARGET", str(tmp_path / "target"))
    get_settings.cache_clear()
    states = run("maintain_warehouse")
    assert (states["back_up"], states["check_backup"]) == ("success", "success")
    assert len(list((tmp_path / "target").glob("backups/*/manifest.json"))) == 1
    page = (installation.reports_dir / "upkeep.html").read_text(encoding="utf-8")
    assert "is whole" in page
    kept = "select distinct outcome from quality.upkeep where step = 'vacuum_tables'"
    assert _rows(installation, kept) == [("done",)]


def test_a_damaged_archive_is_an_alert(
    installation: Settings, runnable: "DagBag"
) -> None:
    builders.land(
        installation.landing_dir, "LAN-001", "2024-07-05/a.xlsx", builders.workbook()
    )
    apply_first(installation)
    ingest(installation)
    [kept] = installation.archive_dir.glob("??/*.xlsx")
    kept.chmod(0o600)
    kept.write_bytes(b"other bytes")
    failed: Any = runnable.dags["maintain_warehouse"].test()
    assert failed.state == "failed"
    told = "select step, error from quality.failures where recovered_at is null"
    [(step, error)] = _rows(installation, told)
    assert step == "verify_archive"
    assert f"missing or damaged: {kept.parent.name}/{kept.name}" in error
