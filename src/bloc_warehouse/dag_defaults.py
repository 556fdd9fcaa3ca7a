"""What all DAGs share: owner, retries, tags, assets, and what a failure says.

Read where DAGs are parsed, so nothing heavy is imported and no database is touched.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset

from bloc_warehouse.settings import Settings, get_settings

if TYPE_CHECKING:
    from airflow.providers.standard.operators.hitl import ApprovalOperator

OWNER = "data-engineering"

# emitted when intake has loaded or rejected something, never when nothing changed
SUBMISSIONS = Asset("raw/submissions")
# emitted when alerts were worked out anew
ALERTS = Asset("quality/alerts")

logger = logging.getLogger(__name__)


class Tag(StrEnum):
    """The only tags there are."""

    LAYER_RAW = "layer:raw"
    LAYER_MARTS = "layer:marts"
    LAYER_QUALITY = "layer:quality"
    IMPACT_HIGH = "impact:high"  # senders or readers notice: look on the same day
    IMPACT_LOW = "impact:low"  # nobody outside notices: look in the same week


def tell_failure(context: Mapping[str, Any]) -> None:
    """Name what failed and where to look, and open its alert."""
    from bloc_warehouse.quality.failures import report_failure

    task = context["task_instance"]
    logger.error(
        "%s.%s failed in run %s after %s tries: see the triage notes of the DAG",
        task.dag_id,
        task.task_id,
        task.run_id,
        task.try_number,
    )
    report_failure(
        settings_with_mail(),
        task.dag_id,
        task.task_id,
        task.run_id,
        context.get("exception"),
    )


def tell_success(context: Mapping[str, Any]) -> None:
    """Close the alert of a failure before."""
    from bloc_warehouse.quality.failures import report_success

    task = context["task_instance"]
    run = task.run_id if task.map_index >= 0 else None
    report_success(get_settings(), task.dag_id, task.task_id, but_run=run)


def settings_with_mail() -> Settings:
    """Return the settings, with Airflow's connection ``smtp_default`` where it is."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    settings = get_settings()
    if settings.smtp_connection:
        return settings
    try:
        connection = Connection.get("smtp_default")
    except AirflowNotFoundException:
        return settings
    return replace(settings, smtp_connection=connection.as_json())


DEFAULT_ARGS = {
    "owner": OWNER,
    "retries": 2,
    "retry_delay": timedelta(seconds=30),
    "on_failure_callback": [tell_failure],
    "on_success_callback": [tell_success],
}


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
        PermissionError: Nobody did.
    """
    person = answer.get("responded_by_user") or {}
    if answer.get("chosen_options") != ["Approve"] or not person:
        raise PermissionError("nobody approved it")
    return str(person.get("name") or person["id"])


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
