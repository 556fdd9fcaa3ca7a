"""What all DAGs share: owner, retries, limits, tags, and what a failure says.

Read where DAGs are parsed, so nothing heavy is imported and no database is touched.
"""

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from airflow.sdk.api.datamodels._generated import DagRunType  # public nowhere yet
from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from bloc_warehouse.airflow_plugin.assets import RELEASE
from bloc_warehouse.airflow_plugin.connections import callback_settings
from bloc_warehouse.settings import Settings, get_settings

if TYPE_CHECKING:
    from bloc_warehouse.publish.plan import PublishOutcome

OWNER = "data-engineering"

RUN = "run"  # the step of what concerns no single task

logger = logging.getLogger(__name__)


class Tag(StrEnum):
    """The only tags there are."""

    LAYER_RAW = "layer:raw"
    LAYER_MARTS = "layer:marts"
    LAYER_QUALITY = "layer:quality"
    IMPACT_HIGH = "impact:high"  # senders or readers notice: look on the same day
    IMPACT_MEDIUM = "impact:medium"  # operators notice: look on the same day
    IMPACT_LOW = "impact:low"  # who started it notices, or nobody: in the same week


class LostTaskError(Exception):
    """A task or a run failed and could not say why."""


_LOST = LostTaskError("the task was killed, took too long, or never came to run")


def report_task_failure(context: Mapping[str, Any]) -> None:
    """Name what failed and where to look, and open its alert.

    Airflow calls it in the task's own process, or in the DAG processor where that
    process is gone. An order that was refused was answered in its log, and is no alert.
    """
    from airflow.sdk.exceptions import AirflowFailException

    from bloc_warehouse.alerts.failures import report_failure

    task, error = context["task_instance"], context.get("exception")
    if isinstance(error, AirflowFailException):
        logger.error("refused, and not tried again: %s", error)
        return
    logger.error(
        "%s.%s failed in run %s after %s tries: see the triage notes of the DAG",
        task.dag_id,
        task.task_id,
        task.run_id,
        task.try_number,
    )
    report_failure(
        callback_settings(), task.dag_id, task.task_id, task.run_id, error or _LOST
    )


def report_run_failure(context: Mapping[str, Any]) -> None:
    """Open the alert of a failed run in which no task could say anything."""
    from bloc_warehouse.alerts.failures import has_reported, report_failure

    dag_id, run_id = context["dag"].dag_id, context["run_id"]
    settings = callback_settings()
    if has_reported(settings, dag_id, run_id):
        return
    task, reason = context.get("task_instance"), context.get("reason")
    has_name = task is not None and reason == "task_failure"
    step = task.task_id if task is not None and has_name else RUN
    error = _LOST if has_name else LostTaskError(f"the run ended: {reason}")
    report_failure(settings, dag_id, step, run_id, error)


def find_lost_runs(
    settings: Settings,
    airflow: Any,  # noqa: ANN401 - the task's own ``ti``
) -> None:
    """Record failed runs of our DAGs whose callbacks were killed before they could.

    What is told of already goes out, even if Airflow does not answer.
    """
    from bloc_warehouse.alerts.lost_runs import report_lost_runs

    # a DAG has the name of its file
    dag_ids = [file.stem for file in (settings.project_dir / "dags").glob("*.py")]
    try:
        report_lost_runs(settings, airflow, dag_ids, RUN)
    except Exception:
        logger.exception("Airflow does not say which runs failed")


def report_late_quarter(context: Mapping[str, Any]) -> None:
    """Open the alert of a quarter that readers do not have by its deadline.

    Airflow calls it, in a worker, once the deadline has passed. The run that waits for
    the quarter goes on; its end closes the alert.
    """
    from bloc_warehouse.alerts.failures import report_failure
    from bloc_warehouse.publish.quarter import late_quarter

    run, settings = context["dag_run"], callback_settings()
    error = late_quarter(settings, quarter_of(datetime.fromisoformat(run["run_after"])))
    logger.error("%s", error)
    report_failure(settings, run["dag_id"], RUN, run["dag_run_id"], error)


def quarter_of(moment: datetime) -> date:
    """Return the last day of the quarter that a run of that moment is about."""
    from bloc_warehouse.publish.quarter import quarter_before

    return quarter_before(moment.astimezone(ZoneInfo(timezone())).date())


def report_task_success(context: Mapping[str, Any]) -> None:
    """Close the alert of a failure before; a run's last task closes the run's too."""
    from bloc_warehouse.alerts.failures import report_success

    task, settings = context["task_instance"], callback_settings()
    run = task.run_id if task.map_index >= 0 else None
    report_success(settings, task.dag_id, task.task_id, but_run=run)
    if not context["task"].downstream_task_ids:
        report_success(settings, task.dag_id, RUN)


# Never for the past, not even by hand: a run does what is there now, and a backfill
# would remind people of days long gone
RUN_TYPES = [kind for kind in DagRunType if kind is not DagRunType.BACKFILL]

# 30 s, 1, 2, 4 and 8 minutes: together they outlast a restart of Airflow
DEFAULT_ARGS = {
    "owner": OWNER,
    "retries": 5,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
    "execution_timeout": timedelta(minutes=30),
    "pool": get_settings().airflow_pool,
    "on_failure_callback": [report_task_failure],
    "on_success_callback": [report_task_success],
    "on_skipped_callback": [report_task_success],
}
# of a task that reads many files or builds: nothing takes so long but what hangs
LONG = timedelta(hours=4)
# of a run: longer than its tasks need, its retries and, if it asks, a person
SHORT_RUN = timedelta(hours=2)
LONG_RUN = timedelta(hours=12)
DAY = timedelta(days=1)


def announce_release(
    settings: Settings,
    outcome: "PublishOutcome",
    outlet_events: Any,  # noqa: ANN401
) -> str:
    """Say in the asset's event what readers see now; skip the task if it is as before.

    Args:
        settings: Those of the task.
        outcome: What became of the order to publish.
        outlet_events: Airflow's, of the task.

    Returns:
        The outcome in a sentence.

    Raises:
        AirflowSkipException: Nothing was published; the message says why.
    """
    from airflow.sdk.exceptions import AirflowSkipException

    from bloc_warehouse.publish.release_event import release_event

    if not outcome.published:
        raise AirflowSkipException(outcome.message)
    outlet_events[RELEASE].extra = release_event(settings)
    return outcome.message


def quarter_deadline() -> DeadlineAlert:
    """Return by when readers must have a quarter, and what is done when it is late."""
    return DeadlineAlert(
        name="The quarter is published",
        reference=DeadlineReference.DAGRUN_LOGICAL_DATE,
        interval=timedelta(days=get_settings().quarter_days),
        callback=SyncCallback(report_late_quarter),
    )


def ingest_schedule() -> str:
    """When new files are looked for anyway, as a cron expression."""
    return get_settings().ingest_schedule


def deliver_schedule() -> str:
    """When messages that could not be sent are tried again."""
    return get_settings().deliver_schedule


def remind_schedule() -> str:
    """When due days are looked at."""
    return get_settings().remind_schedule


def maintain_schedule() -> str:
    """When the installation is tidied up and backed up."""
    return get_settings().maintain_schedule


def timezone() -> str:
    """In which time zone schedules are meant."""
    return get_settings().timezone


def parallel_batches() -> int:
    """How many batches are read side by side."""
    return get_settings().workers
