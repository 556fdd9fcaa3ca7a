"""Airflow in one process: its own scheduler decides, and tasks run where it stands.

``SchedulerJobRunner`` makes the runs of timetables and assets, tries again, and takes
up what a killed process left, as in an office. Only its executor is ours: it runs a
task at once, in this process, so that a day costs seconds. Whoever kills this process
kills scheduler and task together.

Airflow reads where it is when it is imported: the environment is set before.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

import structlog
from airflow.api.common.trigger_dag import trigger_dag
from airflow.callbacks.callback_requests import CallbackRequest, DagCallbackRequest
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
from airflow.dag_processing.processor import (
    _execute_dag_callbacks,
    _execute_task_callbacks,
)
from airflow.executors.base_executor import BaseExecutor
from airflow.executors.workloads import ExecuteTask
from airflow.jobs.job import Job, JobState, perform_heartbeat
from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
from airflow.models.callback import ExecutorCallback
from airflow.models.deadline import Deadline
from airflow.models.taskinstance import TaskInstance
from airflow.models.trigger import handle_event_submit
from airflow.sdk import timezone
from airflow.sdk.api.datamodels._generated import TaskInstance as SentTask
from airflow.sdk.execution_time.callback_supervisor import execute_callback
from airflow.sdk.execution_time.supervisor import run_task_in_process
from airflow.triggers.base import TriggerEvent
from airflow.utils.session import create_session
from airflow.utils.types import DagRunTriggeredByType
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tests.paths import DAGS
from tests.simulation.clock import set_own_clock

_BUNDLE = "dags-folder"
_IDLE = 2  # looks of the scheduler that find nothing to do: then it is quiet
_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TaskEnd:
    """A task that ended, in the order of their ends."""

    dag_id: str
    task_id: str
    state: str
    try_number: int


def prepare() -> None:
    """Make Airflow's tables, and store the DAGs, unpaused."""
    from airflow.models.dag import DagModel
    from airflow.utils.db import initdb
    from sqlalchemy import update

    initdb()
    DagBundlesManager().sync_bundles_to_db()
    sync_bag_to_db(_read_dags(), _BUNDLE, None)
    with create_session() as session:
        session.execute(update(DagModel).values(is_paused=False))


def _read_dags() -> DagBag:
    bag = DagBag(DAGS, bundle_path=DAGS, bundle_name=_BUNDLE)
    assert not bag.import_errors, bag.import_errors
    return bag


class Desk:
    """A scheduler and its executor, and what people do in Airflow's page."""

    def __init__(self) -> None:
        self._bag = _read_dags()
        self._job = Job(job_type="SchedulerJob", state=JobState.RUNNING)
        with create_session() as session:
            session.add(self._job)
        self._executor = _InlineExecutor(self._bag)
        self._executor.job_id = self._job.id
        self._executor.callback_sink = _InlineCallbacks(self._bag)
        self._scheduler = SchedulerJobRunner(self._job, executors=[self._executor])
        self._scheduler.adopt_or_reset_orphaned_tasks()

    def work(self) -> list[TaskEnd]:
        """Do what is due now, and what follows from it; return which tasks ended."""
        started = len(self._executor.ended)
        perform_heartbeat(
            self._job,
            heartbeat_callback=self._scheduler.heartbeat_callback,
            only_if_necessary=False,
        )
        self._scheduler.check_awaiting_input_timeouts()
        idle = 0
        while idle < _IDLE:
            idle = 0 if self._look() else idle + 1
        return self._executor.ended[started:]

    def _look(self) -> bool:
        """One turn of the scheduler's loop; whether there was something to do."""
        with create_session() as session:
            queued = self._scheduler._do_scheduling(session)
            session.expunge_all()
        self._executor.heartbeat()
        with create_session() as session:
            ended = self._scheduler._process_executor_events(self._executor, session)
        with create_session() as session:
            missed = session.scalars(
                select(Deadline)
                .where(Deadline.deadline_time < timezone.utcnow())
                .where(~Deadline.missed)
            ).all()
            for deadline in missed:
                deadline.handle_miss(session)
            self._scheduler._enqueue_executor_callbacks(session)
        return bool(queued or ended or missed)

    def set_clock(self, ahead: str) -> None:
        """Go on in time, as the others do."""
        set_own_clock(ahead)

    def is_waiting_to_retry(self) -> bool:
        """Whether a task failed and is tried again after a while."""
        waiting = select(TaskInstance).where(TaskInstance.state == "up_for_retry")
        with create_session() as session:
            return session.scalars(waiting.limit(1)).first() is not None

    def trigger(self, dag_id: str, by: str, **conf: Any) -> None:  # noqa: ANN401
        """Start a run as a person does in the page."""
        trigger_dag(
            dag_id,
            triggered_by=DagRunTriggeredByType.UI,
            triggering_user_name=by,
            conf=conf,
        )

    def answer(self, task_id: str, choice: str, by: str) -> int:
        """Answer the tasks of that name that wait for a person; return how many."""
        waiting = (
            select(TaskInstance)
            .where(TaskInstance.state == "awaiting_input")
            .where(TaskInstance.task_id == task_id)
            .options(joinedload(TaskInstance.hitl_detail))
        )
        with create_session() as session:
            tasks = session.scalars(waiting).all()
            for task in tasks:
                detail = task.hitl_detail
                detail.responded_by = {"id": by, "name": by}
                detail.responded_at = timezone.utcnow()
                detail.chosen_options = [choice]
                detail.params_input = {}
                event = TriggerEvent(detail.as_resume_event_payload())
                handle_event_submit(event, task_instance=task, session=session)
            return len(tasks)


class _InlineExecutor(BaseExecutor):
    """Runs each task and callback when it is asked to, before it returns."""

    is_local = True
    supports_callbacks = True

    def __init__(self, bag: DagBag) -> None:
        super().__init__(parallelism=1)
        self._bag = bag
        self.ended: list[TaskEnd] = []

    def _process_workloads(self, workload_items: Sequence[Any]) -> None:
        for workload in workload_items:
            self.queued_tasks.pop(workload.key, None)
            self.queued_callbacks.pop(workload.key, None)
            self.running.add(workload.key)
            try:
                if isinstance(workload, ExecuteTask):
                    self._run_task(workload.ti)
                else:
                    _run_callback(workload.callback)
            except Exception:
                _LOG.exception("failed", workload=str(workload.key))
                self.fail(workload.key)
            else:
                self.success(workload.key)

    def _run_task(self, ti: Any) -> None:  # noqa: ANN401 - Airflow's
        sent = SentTask(
            id=UUID(str(ti.id)),
            task_id=ti.task_id,
            dag_id=ti.dag_id,
            run_id=ti.run_id,
            try_number=ti.try_number,
            map_index=ti.map_index,
            dag_version_id=UUID(str(ti.dag_version_id)),
        )
        task = self._bag.dags[ti.dag_id].get_task(ti.task_id)
        result = run_task_in_process(ti=sent, task=task)
        self.ended.append(
            TaskEnd(ti.dag_id, ti.task_id, str(result.state), ti.try_number)
        )


def _run_callback(callback: Any) -> None:  # noqa: ANN401 - Airflow's
    with create_session() as session:
        data = session.get(ExecutorCallback, callback.id).data  # type: ignore[union-attr]
    is_fine, error = execute_callback(data["path"], data["kwargs"], "", None, _LOG)
    assert is_fine, error


class _InlineCallbacks:
    """Does what the DAG processor is asked to when nothing of a task is left."""

    def __init__(self, bag: DagBag) -> None:
        self._bag = bag

    def send(self, callback: CallbackRequest) -> None:
        if isinstance(callback, DagCallbackRequest):
            _execute_dag_callbacks(self._bag, callback, _LOG)
        else:
            _execute_task_callbacks(self._bag, callback, _LOG)  # type: ignore[arg-type]


def serve(pipe: Connection, ahead: str) -> None:
    """Do what is asked for through a pipe, until it is closed or this is killed."""
    set_own_clock(ahead)
    logging.getLogger().setLevel(logging.WARNING)
    desk = Desk()
    pipe.send(None)  # it is there
    while True:
        try:
            method, arguments, named = pipe.recv()
        except EOFError:
            return
        pipe.send(getattr(desk, method)(*arguments, **named))
