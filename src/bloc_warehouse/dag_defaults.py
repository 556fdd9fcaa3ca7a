"""What all DAGs share: owner, retries, tags, assets, and what a failure says.

Read where DAGs are parsed, so nothing heavy is imported and no database is touched.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from airflow.sdk import Asset

from bloc_warehouse.settings import get_settings

OWNER = "data-engineering"

# emitted when intake has loaded or rejected something, never when nothing changed
SUBMISSIONS = Asset("raw/submissions")

logger = logging.getLogger(__name__)


class Tag(StrEnum):
    """The only tags there are."""

    LAYER_RAW = "layer:raw"
    LAYER_MARTS = "layer:marts"
    IMPACT_HIGH = "impact:high"  # senders or readers notice: look on the same day
    IMPACT_LOW = "impact:low"  # nobody outside notices: look in the same week


def tell_failure(context: Mapping[str, Any]) -> None:
    """Write one line that names what failed and where to look."""
    task = context["task_instance"]
    logger.error(
        "%s.%s failed in run %s after %s tries: see the triage notes of the DAG",
        task.dag_id,
        task.task_id,
        task.run_id,
        task.try_number,
    )


DEFAULT_ARGS = {
    "owner": OWNER,
    "retries": 2,
    "retry_delay": timedelta(seconds=30),
    "on_failure_callback": [tell_failure],
}


def ingest_schedule() -> str:
    """When new files are looked for, as a cron expression."""
    return get_settings().ingest_schedule


def timezone() -> str:
    """In which time zone schedules are meant."""
    return get_settings().timezone


def parallel_batches() -> int:
    """How many batches are read side by side."""
    return get_settings().workers
