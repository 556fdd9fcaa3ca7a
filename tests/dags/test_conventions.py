"""Every DAG keeps our habits: name, tags, owner, retries, alert, notes, timetable."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DAG

DAGS_FOLDER = Path(__file__).resolve().parents[2] / "dags"
FILES = sorted(DAGS_FOLDER.glob("*.py"))


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def dag(request: pytest.FixtureRequest, dag_bag: "DagBag") -> "DAG":
    """The DAG of one file, whose name it must bear."""
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


def test_every_task_has_owner_retries_and_alert(dag: "DAG") -> None:
    from bloc_warehouse.dag_defaults import OWNER, tell_failure, tell_success

    for task in dag.tasks:
        assert task.owner == OWNER
        assert task.retries >= 1
        assert tell_failure in task.on_failure_callback
        assert tell_success in task.on_success_callback


def test_one_run_at_a_time_and_none_for_the_past(dag: "DAG") -> None:
    assert dag.max_active_runs == 1
    assert dag.catchup is False


@pytest.mark.parametrize("heading", ["What", "Triage", "Owner"])
def test_notes_say_what_triage_and_owner(dag: "DAG", heading: str) -> None:
    assert f"### {heading}\n" in (dag.doc_md or "")


def test_timetable_lists_the_dags_and_their_tasks(dag: "DAG") -> None:
    timetable = (DAGS_FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"| `{dag.dag_id}` |" in timetable
    for task in dag.tasks:
        assert task.task_id in timetable


def test_timetable_lists_no_other_dag() -> None:
    timetable = (DAGS_FOLDER / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", timetable, re.M)) == {
        file.stem for file in FILES
    }
