"""Imports once, in the scheduler, what tasks would each import anew.

The LocalExecutor's workers are forked from the scheduler, and each task from a worker:
what is imported before the first fork costs a task nothing. dbt and Great Expectations
take four seconds of a processor, which each task of a build paid. Where workers are
started in another way (Celery, Kubernetes), tasks import as before.
"""

import logging
import multiprocessing
import sys
import time
from importlib import import_module

from airflow.configuration import conf
from airflow.listeners import hookimpl

# No thread is started by any, no connection opened, no setting read: a fork keeps none
# of these in order, and tasks must see the settings of their own time.
MODULES = (
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "bloc_warehouse.pipeline",
    "bloc_warehouse.build.transform",
    "dbt.cli.main",
    "dbt.adapters.postgres",
    "bloc_warehouse.checks.gate",
    "bloc_warehouse.checks.gx.context",
    "bloc_warehouse.checks.gx.expectations",
    "bloc_warehouse.publish.publish",
    "bloc_warehouse.publish.release_event",
    "bloc_warehouse.reports.period_reports",
    "bloc_warehouse.alerts.alerts",
    "bloc_warehouse.alerts.delivery",
    "openpyxl",
)
_SCHEDULER = "scheduler"
_TALKATIVE = "great_expectations._docs_decorators"

logger = logging.getLogger(__name__)


@hookimpl
def on_starting() -> None:
    """Import them where a scheduler is about to fork its workers.

    Airflow's job does not know yet what it is when this is called; the command does.
    """
    if sys.argv[1:2] == [_SCHEDULER] and _forks_workers():
        preload()


def preload() -> None:
    """Import the modules; one that cannot be fails in its task, which says so."""
    logging.getLogger(_TALKATIVE).setLevel(logging.WARNING)
    began = time.monotonic()
    for name in MODULES:
        try:
            import_module(name)
        except Exception:  # the edge: tasks of others run in this scheduler, too
            logger.exception("%s cannot be imported", name)
    logger.info("imported for tasks beforehand, %.1f s", time.monotonic() - began)


def _forks_workers() -> bool:
    is_local = "LocalExecutor" in conf.get("core", "executor")
    return is_local and multiprocessing.get_start_method() == "fork"
