"""What follows what in each DAG, and what starts it."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.paths import DAGS

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

STRUCTURE = {
    "ingest_submissions": {
        "find_new_files": {"load_batch"},
        "load_batch": {"announce_submissions"},
        "announce_submissions": set(),
    },
    "build_warehouse": {
        "check_for_changes": {"stage_submissions"},
        "stage_submissions": {"cross_check"},
        "cross_check": {"build_marts"},
        "build_marts": {"audit_marts"},
        "audit_marts": {"publish_marts"},
        "publish_marts": {"refresh_alerts"},
        "refresh_alerts": set(),
    },
    "deliver_alerts": {
        "refresh_alerts": {"deliver_alerts"},
        "deliver_alerts": set(),
    },
    "remind_missing_units": {"remind_units": set()},
    "override_publish": {
        "describe_release": {"approve_override"},
        "approve_override": {"publish_release"},
        "publish_release": {"refresh_alerts"},
        "refresh_alerts": set(),
    },
    "confirm_quarter": {"wait_for_release": set()},
    "maintain_warehouse": {
        "verify_archive": set(),
        "drop_old_logs": set(),
        "clean_metadata": set(),
        "vacuum_tables": set(),
        "back_up": {"check_backup"},
        "check_backup": set(),
    },
    "close_period": {
        "list_open_points": {"approve_closing", "fix_figures"},
        "approve_closing": {"fix_figures"},
        "fix_figures": set(),
    },
}


@pytest.mark.parametrize("dag_id", STRUCTURE)
def test_tasks_follow_each_other(dag_bag: "DagBag", dag_id: str) -> None:
    dag = dag_bag.dags[dag_id]
    found = {task.task_id: task.downstream_task_ids for task in dag.tasks}
    assert found == STRUCTURE[dag_id]


def test_upkeep_takes_all_steps_that_a_person_can_take(dag_bag: "DagBag") -> None:
    from bloc_warehouse.upkeep.steps import STEPS

    assert set(dag_bag.dags["maintain_warehouse"].task_ids) == set(STEPS)


def test_batches_are_mapped_not_files(dag_bag: "DagBag") -> None:
    from bloc_warehouse.settings import get_settings

    task = dag_bag.dags["ingest_submissions"].task_dict["load_batch"]
    assert task.is_mapped
    assert task.partial_kwargs["max_active_tis_per_dagrun"] == get_settings().workers


def test_build_starts_when_submissions_changed(dag_bag: "DagBag") -> None:
    from bloc_warehouse.airflow_plugin.assets import SUBMISSIONS

    announcer = dag_bag.dags["ingest_submissions"].task_dict["announce_submissions"]
    build = dag_bag.dags["build_warehouse"]
    assert announcer.outlets == [SUBMISSIONS]
    assert SUBMISSIONS.uri in str(build.timetable.asset_condition)


def test_intake_starts_when_landing_changed_and_by_the_timetable(
    dag_bag: "DagBag",
) -> None:
    from bloc_warehouse.airflow_plugin.assets import LANDING
    from bloc_warehouse.settings import get_settings

    timetable = dag_bag.dags["ingest_submissions"].timetable
    assert LANDING.uri in str(timetable.asset_condition)
    assert timetable.timetable.expression == get_settings().ingest_schedule
    (watcher,) = LANDING.watchers
    assert watcher.trigger.seconds == get_settings().watch_seconds


def test_landing_is_not_watched_where_that_is_not_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In a process of its own, for the settings are read where DAGs are parsed."""
    monkeypatch.setenv("BLOC_WATCH_SECONDS", "0")
    done = subprocess.run(
        [sys.executable, "-c",
         "from bloc_warehouse.airflow_plugin.assets import LANDING;"
         "print(LANDING.watchers)"],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def test_assets_lead_the_data_s_way(dag_bag: "DagBag") -> None:
    from bloc_warehouse.airflow_plugin.assets import (
        ALERTS,
        LANDING,
        RELEASE,
        SUBMISSIONS,
    )

    assert {
        (task.task_id, *map(str, names(task.inlets)), "→", *names(task.outlets))
        for dag in dag_bag.dags.values()
        for task in dag.tasks
        if task.inlets or task.outlets
    } == {
        ("find_new_files", LANDING.name, "→"),
        ("announce_submissions", LANDING.name, "→", SUBMISSIONS.name),
        ("publish_marts", SUBMISSIONS.name, "→", RELEASE.name),
        ("publish_release", "→", RELEASE.name),
        ("refresh_alerts", RELEASE.name, "→", ALERTS.name),
        ("remind_units", "→", ALERTS.name),
        ("wait_for_release", RELEASE.name, "→"),
    }


def names(assets: list[Any]) -> list[str]:
    return [asset.name for asset in assets]


def test_all_tasks_take_their_slots_from_the_pool_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In a process of its own, for the settings are read where DAGs are parsed."""
    read = (
        "from airflow.dag_processing.dagbag import DagBag; import sys;"
        "dags = DagBag(sys.argv[1]).dags.values();"
        "print({task.pool for dag in dags for task in dag.tasks})"
    )
    for pool, found in (("bloc", "{'bloc'}"), ("", "{'default_pool'}")):
        monkeypatch.setenv("BLOC_AIRFLOW_POOL", pool)
        done = subprocess.run(
            [sys.executable, "-c", read, DAGS],
            capture_output=True,
            check=True,
            text=True,
        )
        assert done.stdout.splitlines()[-1] == found


def test_what_finds_alerts_announces_them(dag_bag: "DagBag") -> None:
    from bloc_warehouse.airflow_plugin.assets import ALERTS

    for dag_id, task_id in (
        ("build_warehouse", "refresh_alerts"),
        ("remind_missing_units", "remind_units"),
    ):
        assert dag_bag.dags[dag_id].task_dict[task_id].outlets == [ALERTS]
    deliver = dag_bag.dags["deliver_alerts"]
    assert ALERTS.uri in str(deliver.timetable.asset_condition)


@pytest.mark.parametrize(
    ("dag_id", "task_id"),
    [("override_publish", "approve_override"), ("close_period", "approve_closing")],
)
def test_no_answer_means_no_and_only_these_dags_wait(
    dag_bag: "DagBag", dag_id: str, task_id: str
) -> None:
    from airflow.providers.standard.operators.hitl import ApprovalOperator

    waiting = dag_bag.dags[dag_id].task_dict[task_id]
    assert isinstance(waiting, ApprovalOperator)
    assert waiting.defaults == ["Reject"]
    assert waiting.response_timeout is not None
    assert not any(
        isinstance(task, ApprovalOperator)
        for task in dag_bag.dags["build_warehouse"].tasks
    )
