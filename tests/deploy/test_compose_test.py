"""How `make compose-test` tells what each task took."""

from typing import Any

from scripts.embedded_run import seconds_by_task


def task(
    task_id: str, duration: float | None, end: str, state: str = "success"
) -> dict[str, Any]:
    return {
        **{"dag_id": "build_warehouse", "task_id": task_id, "state": state},
        **{"duration": duration, "end_date": f"2026-11-30T21:{end}:00Z"},
    }


def test_of_many_runs_the_one_that_had_work_counts() -> None:
    found = seconds_by_task(
        [
            task("build_marts", 4.0, "07"),
            task("stage_submissions", 9.0, "03"),
            task("stage_submissions", 0.5, "08"),
            task("cross_check", None, "09", state="skipped"),
        ]
    )
    assert list(found.items()) == [
        ("build_warehouse.stage_submissions", 9.0),
        ("build_warehouse.build_marts", 4.0),
    ]
