"""One cell: files are sent, harm is done in a phase, and all is followed to its end."""

import subprocess
import time
from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import psycopg
from scripts.compose_chaos.cells import NOTHING, PHASES, Cell
from scripts.compose_chaos.harms import harm, is_well
from scripts.compose_chaos.world import (
    Hashes,
    differing,
    published_units,
    readers_view,
)
from scripts.compose_stack import Stack, say

from bloc_warehouse.airflow_local.api import AirflowApiError, Json

DAGS = tuple(dict.fromkeys(dag_id for dag_id, _ in PHASES.values()))
_PATIENCE = 20 * 60.0
# a result that is not right by then is wrong: the timetable looks every three minutes
_STILL = 300.0
_FAILURES = """
select
    (select count(*) from quality.failures where failed_at >= %(since)s),
    (
        select count(*) from quality.alerts
        where kind = 'pipeline_failed' and opened_at >= %(since)s
    )
"""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What readers must have.

    Attributes:
        units: Those of which there is a return, at least.
        tables: All published tables, where an undisturbed run told.
    """

    units: Set[str]
    tables: Hashes | None

    def differs(self, connection: psycopg.Connection) -> list[str]:
        """Return what they lack: units, or tables that are not as they should be."""
        if self.tables is None:
            return sorted(self.units - published_units(connection))
        return differing(self.tables, connection)


@dataclass(slots=True)
class Outcome:
    """What came of a cell; seconds are from the harm on, None where it never came.

    Attributes:
        cell: Which one.
        well: Until the harmed service was healthy again.
        phase: Until the task in which it was done ended well.
        readers: Until readers had everything.
        failed_runs: Runs that Airflow calls failed.
        told: Rows in ``quality.failures``, and alerts, since then.
        differing: Units that readers lack, or published tables that are not those of
            an undisturbed run.
        is_compared: Whether the tables were compared.
        lasted: How long each phase's task took.
    """

    cell: Cell
    well: float | None = None
    phase: float | None = None
    readers: float | None = None
    failed_runs: int = 0
    told: tuple[int, int] = (0, 0)
    differing: list[str] = field(default_factory=list)
    is_compared: bool = False
    lasted: dict[str, float] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Readers have what they should, and no failure was kept from people."""
        is_told = not self.failed_runs or all(self.told)
        return self.readers is not None and not self.differing and is_told


def play(
    stack: Stack,
    cell: Cell,
    wanted: Wanted,
    lead: float,
    send: Callable[[], None],
) -> Outcome:
    """Play a cell.

    Args:
        stack: It runs, and has nothing to do.
        cell: What is done, and when.
        wanted: What readers must have in the end.
        lead: How many seconds of the phase pass before.
        send: Lands the files.

    Returns:
        What came of it.
    """
    return _Play(stack, cell, wanted).run(lead, send)


class _Play:
    def __init__(self, stack: Stack, cell: Cell, wanted: Wanted) -> None:
        self.stack, self.wanted = stack, wanted
        self.outcome = Outcome(cell, is_compared=wanted.tables is not None)
        self.api = stack.airflow()
        self.known: dict[str, set[str]] = {dag_id: set() for dag_id in DAGS}
        self.known = {dag_id: set(self._fresh_runs(dag_id)) for dag_id in DAGS}
        self.harm = harm(stack, cell.harm)
        self.dag_id, self.task_id = PHASES[cell.phase]
        self.since = datetime.now(UTC)
        self.began = self.quiet_since = 0.0
        self.is_harmed = False

    def run(self, lead: float, send: Callable[[], None]) -> Outcome:
        if self.harm.is_first:
            self._strike({})
        send()
        task = self._wait_for_phase()
        if not self.harm.is_first:
            time.sleep(lead)
            self._strike(task)
        try:
            self._follow()
        finally:
            self._heal()
        self._count_failures()
        return self.outcome

    def _strike(self, task: Json) -> None:
        self.since = datetime.now(UTC)
        self.harm.begin(task)
        self.began = time.monotonic()
        self.is_harmed = bool(self.harm.seconds)

    def _heal(self) -> None:
        if self.is_harmed:
            self.is_harmed = False
            self.harm.end()
            say(f"undone after {self._passed():.0f} s")

    def _wait_for_phase(self) -> Json:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            tasks: list[Json] = _asked(self._phase_tasks, default=[])
            for task in tasks:
                if task["state"] == "running":
                    return task
            if self.is_harmed and self._passed() > self.harm.seconds:
                self._heal()
            time.sleep(0.1)
        raise AirflowApiError(f"{self.task_id} never ran")

    def _follow(self) -> None:
        while self._passed() < _PATIENCE:
            if self.is_harmed and self._passed() > self.harm.seconds:
                self._heal()
            self._look()
            if self.outcome.readers is not None and self.outcome.well is not None:
                return
            if self.quiet_since and time.monotonic() - self.quiet_since > _STILL:
                return
            time.sleep(0.5)

    def _look(self) -> None:
        outcome = self.outcome
        if outcome.well is None and self._is_well():
            outcome.well = self._passed()
        if outcome.phase is None and _asked(self._phase_is_done, default=False):
            outcome.phase = self._passed()
        if outcome.readers is None and not self.is_harmed:
            self._compare()

    def _is_well(self) -> bool:
        service = self.harm.service
        return not self.is_harmed and (not service or is_well(self.stack, service))

    def _compare(self) -> None:
        """Once nothing is under way, compare what readers have."""
        if not _asked(self._is_quiet, default=False):
            self.quiet_since = 0.0
            return
        passed = self._passed()
        try:
            with readers_view(self.stack) as connection:
                lacking = self.wanted.differs(connection)
        except psycopg.Error:
            return
        self.quiet_since = self.quiet_since or time.monotonic()
        self.outcome.differing = lacking
        if not self.outcome.differing:
            self.outcome.readers = passed

    def _is_quiet(self) -> bool:
        for dag_id in DAGS:
            states = {run["state"] for run in self.api.runs(dag_id, limit=5)}
            if states & {"queued", "running"} or self.api.waiting_events(dag_id):
                return False
        return True

    def _phase_is_done(self) -> bool:
        tasks = self._phase_tasks()
        return bool(tasks) and all(task["state"] == "success" for task in tasks)

    def _phase_tasks(self) -> list[Json]:
        """Return the phase's task instances, in the first new run that has one."""
        # what is delivered by the timetable has nothing to do with these files
        kinds = {"asset_triggered"} if self.task_id == "deliver_alerts" else None
        fresh = self._fresh_runs(self.dag_id, kinds)
        found = [
            [
                task
                for task in self.api.tasks(self.dag_id, run_id)
                if task["task_id"] == self.task_id and task["state"] != "skipped"
            ]
            for run_id in reversed(fresh)
        ]
        return next(filter(None, found), [])

    def _count_failures(self) -> None:
        fresh = {dag_id: self._fresh_runs(dag_id) for dag_id in DAGS}
        self.outcome.failed_runs = sum(
            run["state"] == "failed" and run["dag_run_id"] in fresh[dag_id]
            for dag_id in DAGS
            for run in self.api.runs(dag_id)
        )
        with readers_view(self.stack) as connection:
            row = connection.execute(_FAILURES, {"since": self.since}).fetchone()
        self.outcome.told = (int(row[0]), int(row[1])) if row else (0, 0)
        if self.outcome.cell.harm == NOTHING:
            self.outcome.lasted = self._durations(fresh)

    def _durations(self, fresh: Mapping[str, list[str]]) -> dict[str, float]:
        tasks = {
            (dag_id, task["task_id"]): task["duration"] or 0.0
            for dag_id, runs in fresh.items()
            for run_id in runs
            for task in self.api.tasks(dag_id, run_id)
            if task["state"] == "success"
        }
        return {phase: tasks.get(where, 0.0) for phase, where in PHASES.items()}

    def _fresh_runs(
        self, dag_id: str, kinds: Collection[str] | None = None
    ) -> list[str]:
        return [
            str(run["dag_run_id"])
            for run in self.api.runs(dag_id)
            if run["dag_run_id"] not in self.known[dag_id]
            and (kinds is None or run["run_type"] in kinds)
        ]

    def _passed(self) -> float:
        return time.monotonic() - self.began


def _asked(question: Callable[[], _T], default: _T) -> _T:
    """Ask what may be away at the moment."""
    try:
        return question()
    except (AirflowApiError, subprocess.CalledProcessError):
        return default
