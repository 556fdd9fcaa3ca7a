"""Send what alerts have to say, apart from the runs that found it."""

from dataclasses import asdict
from typing import Any

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, task

from bloc_warehouse.airflow_plugin.assets import ALERTS
from bloc_warehouse.airflow_plugin.connections import task_settings
from bloc_warehouse.dag_defaults import (
    DEFAULT_ARGS,
    RUN_TYPES,
    SHORT_RUN,
    Tag,
    deliver_schedule,
    find_lost_runs,
    report_run_failure,
    timezone,
)

DOC = """
### What

Asks Airflow which runs failed and told nobody, because what should tell of them was
killed, too. Brings the alerts up to date (a step that failed, files that wait too long)
and sends
what they have to say through the channels of `alerts.yaml`. Runs when another DAG
announces `quality/alerts`, and every few minutes for what could not be sent. A channel
that is down is tried again after 1, 5, 15 and 60 minutes, then given up, which is an
alert on the other channels; no run waits for it.

### Triage

- Healthy while the latest run is green. `bloc alerts test` tries every channel.
- `deliver_alerts` red: `alerts.yaml` is wrong; the log's last line names the place.
  Nothing is lost meanwhile.
- Green, and no mail: `bloc alerts show <number>` says what became of each message;
  `bloc alerts deliver --again` sends once more what was given up.

### Owner

data-engineering. Operators hear of faults late: look on the same day.
"""


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable(
            deliver_schedule(), timezone=timezone(), run_immediately=False
        ),
        assets=[ALERTS],
    ),
    catchup=False,
    allowed_run_types=RUN_TYPES,
    description="Send what alerts have to say, apart from the runs that found it",
    max_active_runs=1,
    dagrun_timeout=SHORT_RUN,
    default_args=DEFAULT_ARGS,
    on_failure_callback=report_run_failure,
    tags=[Tag.LAYER_QUALITY, Tag.IMPACT_MEDIUM],
    doc_md=DOC,
)
def deliver_alerts() -> None:
    """Wire the tasks."""

    @task(task_id="refresh_alerts")
    def refresh(ti: Any = None) -> None:  # noqa: ANN401 - Airflow's
        from bloc_warehouse.alerts import alerts

        settings = task_settings()
        find_lost_runs(settings, ti)
        alerts.refresh(settings)

    @task(task_id="deliver_alerts")
    def deliver() -> dict[str, int]:
        from bloc_warehouse.alerts import delivery

        return asdict(delivery.send_pending(task_settings()))

    refresh() >> deliver()


registered = deliver_alerts()
