"""Wait at the end of each quarter until readers have it; late is an alert."""

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task

from bloc_warehouse.airflow_plugin.assets import RELEASE
from bloc_warehouse.airflow_plugin.connections import task_settings
from bloc_warehouse.dag_defaults import (
    DAY,
    DEFAULT_ARGS,
    RUN_TYPES,
    Tag,
    quarter_deadline,
    quarter_of,
    report_run_failure,
    timezone,
)

DOC = """
### What

Starts on the day after each quarter and waits until readers have it: a release is live
that carries returns of every bloc that owes some for the quarter, with no bloc left as
it was. Looks once an hour. Has a deadline, `BLOC_QUARTER_DAYS` after the quarter's end:
missing it opens an alert, which the run closes when the quarter is published at last.

### Triage

- Healthy while `wait_for_release` waits (*up for reschedule*) and the deadline has not
  passed. Its log names the blocs that readers lack.
- The deadline has passed: `bloc status` and `bloc publish --why-not` say what is in the
  way; returns that never came are in the reminders of `remind_missing_units`.
- `wait_for_release` red: the quarter was not published before the next one ended.

### Owner

data-engineering, who ask the bloc's office.
"""


@dag(
    schedule=CronTriggerTimetable(
        "0 0 1 1,4,7,10 *", timezone=timezone(), run_immediately=False
    ),
    catchup=False,
    allowed_run_types=RUN_TYPES,
    description="Wait until readers have the quarter; late is an alert",
    max_active_runs=1,
    dagrun_timeout=88 * DAY,
    deadline=quarter_deadline(),
    default_args=DEFAULT_ARGS,
    on_failure_callback=report_run_failure,
    tags=[Tag.LAYER_MARTS, Tag.IMPACT_LOW],
    doc_md=DOC,
)
def confirm_quarter() -> None:
    """Wire the task."""

    @task.sensor(
        mode="reschedule",
        poke_interval=timedelta(hours=1).total_seconds(),
        timeout=(85 * DAY).total_seconds(),
        inlets=[RELEASE],
    )
    def wait_for_release(*, dag_run: Any = None) -> bool:  # noqa: ANN401
        from bloc_warehouse.publish.quarter import is_published

        return is_published(task_settings(), quarter_of(dag_run.run_after))

    wait_for_release()


registered = confirm_quarter()
