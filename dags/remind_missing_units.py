"""Remind of returns that are due soon, and escalate those that are overdue."""

from dataclasses import asdict

from airflow.sdk import CronTriggerTimetable, dag, task
from airflow.sdk.types import DagRunProtocol

from bloc_warehouse.airflow_plugin.assets import ALERTS
from bloc_warehouse.airflow_plugin.connections import task_settings
from bloc_warehouse.dag_defaults import (
    DEFAULT_ARGS,
    RUN_TYPES,
    SHORT_RUN,
    Tag,
    remind_schedule,
    report_run_failure,
    timezone,
)

DOC = """
### What

Once a day, checks what each unit owes and by when: opens a reminder for a bloc some
days before the due day, an alert after it, and escalates both on the days of
`BLOC_REMIND_DAYS`. A return that arrives closes its alert. `deliver_alerts` sends.

### Triage

- Healthy while the latest run is green. The next run makes up for a missed day.
- Too many reminders: a wrong line in `ref_obligations.csv`.
- `bloc alerts remind` does the same by hand.

### Owner

data-engineering. A missed day is not noticed outside: look within the week.
"""


@dag(
    schedule=CronTriggerTimetable(
        remind_schedule(), timezone=timezone(), run_immediately=False
    ),
    catchup=False,
    allowed_run_types=RUN_TYPES,
    description="Remind of returns that are due soon, escalate overdue ones",
    max_active_runs=1,
    dagrun_timeout=SHORT_RUN,
    default_args=DEFAULT_ARGS,
    on_failure_callback=report_run_failure,
    tags=[Tag.LAYER_QUALITY, Tag.IMPACT_LOW],
    doc_md=DOC,
)
def remind_missing_units() -> None:
    """Wire the task."""

    @task(outlets=[ALERTS])
    def remind_units(dag_run: DagRunProtocol | None = None) -> dict[str, int]:
        from bloc_warehouse.alerts import alerts

        settings = task_settings()
        run_after = dag_run.run_after if dag_run is not None else None
        day = run_after.astimezone(settings.zone).date() if run_after else None
        return asdict(alerts.remind(settings, day))

    remind_units()


registered = remind_missing_units()
