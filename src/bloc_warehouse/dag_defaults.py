"""What all DAGs share: owner, retries, limits, tags, assets, and what a failure says.

Read where DAGs are parsed, so nothing heavy is imported and no database is touched.
"""

import logging
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset

from bloc_warehouse.airflow_connections import callback_settings
from bloc_warehouse.settings import get_settings

if TYPE_CHECKING:
    from airflow.providers.standard.operators.hitl import ApprovalOperator

OWNER = "data-engineering"

# emitted when intake has loaded or rejected something, never when nothing changed
SUBMISSIONS = Asset("raw/submissions")
# emitted when alerts were refreshed
ALERTS = Asset("quality/alerts")

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


def report_task_success(context: Mapping[str, Any]) -> None:
    """Close the alert of a failure before; a run's last task closes the run's too."""
    from bloc_warehouse.alerts.failures import report_success

    task, settings = context["task_instance"], callback_settings()
    run = task.run_id if task.map_index >= 0 else None
    report_success(settings, task.dag_id, task.task_id, but_run=run)
    if not context["task"].downstream_task_ids:
        report_success(settings, task.dag_id, RUN)


@contextmanager
def orders(context: Mapping[str, Any]) -> Iterator[None]:
    """Have what a person ordered wrongly fail at once, with the answer in the log.

    A retry would meet the same, or worse: obey an order that was refused.

    Args:
        context: Airflow's, of the task that runs.

    Raises:
        AirflowFailException: The order was refused; the message says what to do.
    """
    from airflow.sdk.exceptions import AirflowFailException

    from bloc_warehouse.alerts.failures import report_refusal
    from bloc_warehouse.publish.period_closing import ClosingError
    from bloc_warehouse.publish.plan import PublishError

    try:
        yield
    except (ClosingError, PublishError, PermissionError) as error:
        task = context["task_instance"]
        report_refusal(
            callback_settings(), task.dag_id, task.task_id, task.run_id, error
        )
        points = getattr(error, "obstacles", ())
        raise AirflowFailException("\n- ".join([str(error), *points])) from None


# 30 s, 1, 2, 4 and 8 minutes: together they outlast a restart of Airflow
DEFAULT_ARGS = {
    "owner": OWNER,
    "retries": 5,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
    "execution_timeout": timedelta(minutes=30),
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


def approval(task_id: str, *, subject: str, body: str, days: int) -> "ApprovalOperator":
    """Return a task that waits for a person; without an answer it is rejected."""
    from airflow.providers.standard.operators.hitl import ApprovalOperator

    return ApprovalOperator(
        task_id=task_id,
        subject=subject,
        body=body,
        defaults=["Reject"],
        response_timeout=timedelta(days=days),
    )


def approver(answer: Mapping[str, Any]) -> str:
    """Return who approved, from what an approval's task answered.

    Raises:
        PermissionError: It was not approved.
    """
    person = answer.get("responded_by_user") or {}
    if answer.get("chosen_options") != ["Approve"] or not person:
        raise PermissionError("it was not approved")
    return str(person.get("name") or person["id"])


def second_person(answer: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    """Return who approved, if that is somebody else than who started the run.

    Raises:
        PermissionError: It was not approved, or not by somebody else.
    """
    name, starter = approver(answer), context["dag_run"].triggering_user_name
    if not starter:
        raise PermissionError(
            "Airflow does not say who started this run, so it cannot tell that somebody"
            " else approved it: start it from its page or the API"
        )
    if _folded(starter) in map(_folded, answer["responded_by_user"].values()):
        raise PermissionError(
            f"{name} started this run, so somebody else must approve it: clear the"
            " approval with all that follows it, and have another person answer"
        )
    return name


def _folded(name: object) -> str:
    """Write a login as its one person would be found, whatever the case."""
    return unicodedata.normalize("NFKC", str(name)).strip().casefold()


def ingest_schedule() -> str:
    """When new files are looked for, as a cron expression."""
    return get_settings().ingest_schedule


def deliver_schedule() -> str:
    """When messages that could not be sent are tried again."""
    return get_settings().deliver_schedule


def remind_schedule() -> str:
    """When due days are looked at."""
    return get_settings().remind_schedule


def timezone() -> str:
    """In which time zone schedules are meant."""
    return get_settings().timezone


def parallel_batches() -> int:
    """How many batches are read side by side."""
    return get_settings().workers
