"""Every DAG keeps our habits: name, tags, owner, retries, alert, notes, timetable."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.paths import DAGS

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DAG

FILES = sorted(DAGS.glob("*.py"))
LONGEST_WAIT = timedelta(minutes=10)
# high: senders or readers; medium: operators; low: who started it, or nobody
IMPACT = {
    "ingest_submissions": "high",
    "build_warehouse": "high",
    "deliver_alerts": "medium",
    "remind_missing_units": "low",
    "override_publish": "low",
    "close_period": "low",
    "confirm_quarter": "low",
    "maintain_warehouse": "medium",
}


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def dag(request: pytest.FixtureRequest, dag_bag: "DagBag") -> "DAG":
    """The DAG of one file, whose name it must have."""
    return dag_bag.dags[request.param.stem]


def test_there_are_files() -> None:
    assert FILES


def test_name_is_verb_and_object(dag: "DAG") -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)+", dag.dag_id)
    for task in dag.tasks:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", task.task_id)


def test_tags_are_known_and_name_layer_and_impact(dag: "DAG") -> None:
    from bloc_warehouse.dag_defaults import Tag

    assert set(dag.tags) <= set(Tag)
    assert {tag.split(":")[0] for tag in dag.tags} == {"layer", "impact"}


def test_impact_is_who_notices(dag: "DAG") -> None:
    assert {tag for tag in dag.tags if tag.startswith("impact:")} == {
        f"impact:{IMPACT[dag.dag_id]}"
    }


def test_every_task_has_owner_retries_and_alert(dag: "DAG") -> None:
    from bloc_warehouse.dag_defaults import (
        OWNER,
        report_task_failure,
        report_task_success,
    )

    for task in dag.tasks:
        assert task.owner == OWNER
        assert task.retries >= 1
        assert report_task_failure in task.on_failure_callback
        assert report_task_success in task.on_success_callback
        assert report_task_success in task.on_skipped_callback


def test_retries_outlast_a_restart_of_airflow(dag: "DAG") -> None:
    for task in dag.tasks:
        waits = [
            min(task.retry_delay * task.retry_exponential_backoff**try_, LONGEST_WAIT)
            for try_ in range(task.retries)
        ]
        assert task.max_retry_delay == LONGEST_WAIT
        assert sum(waits, timedelta()) > timedelta(minutes=10)


def test_nothing_runs_without_end_or_fails_without_a_word(dag: "DAG") -> None:
    from bloc_warehouse.dag_defaults import report_run_failure

    assert dag.dagrun_timeout is not None
    assert dag.on_failure_callback is report_run_failure
    for task in dag.tasks:
        assert timedelta() < task.execution_timeout < dag.dagrun_timeout
        response = getattr(task, "response_timeout", timedelta())
        assert response + task.execution_timeout < dag.dagrun_timeout


def test_the_page_says_in_a_line_what_a_dag_does(dag: "DAG") -> None:
    assert re.fullmatch(r"[A-Z].{20,}[^.]", dag.description or "")


def test_one_run_at_a_time_and_none_for_the_past(dag: "DAG") -> None:
    from airflow.sdk.api.datamodels._generated import DagRunType

    assert dag.max_active_runs == 1
    assert dag.catchup is False
    # nor by `airflow backfill create`, which Airflow refuses by what a DAG allows
    refused = set(DagRunType) - set(dag.allowed_run_types or DagRunType)
    assert refused == {DagRunType.BACKFILL}


@pytest.mark.parametrize("heading", ["What", "Triage", "Owner"])
def test_notes_say_what_triage_and_owner(dag: "DAG", heading: str) -> None:
    assert f"### {heading}\n" in (dag.doc_md or "")


def test_timetable_lists_the_dags_and_their_tasks(dag: "DAG") -> None:
    timetable = (DAGS / "README.md").read_text(encoding="utf-8")
    assert f"| `{dag.dag_id}` |" in timetable
    for task in dag.tasks:
        assert task.task_id in timetable


def test_timetable_lists_no_other_dag() -> None:
    timetable = (DAGS / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", timetable, re.M)) == {
        file.stem for file in FILES
    }
