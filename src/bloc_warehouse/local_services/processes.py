"""Processes that outlive the command which started them, and the file that names them.

Each is the head of a session of its own and is known by number and start time, so that
another program which got the same number later is never signalled.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

_STATE_FILE = "processes.json"
_STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Process:
    """A process that was started, known by more than its number."""

    name: str
    pid: int
    started: float

    def is_alive(self) -> bool:
        """Tell whether it is still the same process and not a zombie."""
        try:
            process = psutil.Process(self.pid)
            return abs(process.create_time() - self.started) < 1 and _lives(process)
        except psutil.Error:
            return False

    def leads_its_session(self) -> bool:
        """Tell whether the session of its number is its own, even after its death.

        A number is not reused while a session has it: so either the process is
        there, or nobody has the number and what is left in the session is its children.
        """
        try:
            return abs(psutil.Process(self.pid).create_time() - self.started) < 1
        except psutil.NoSuchProcess:
            return True

    def log(self, folder: Path) -> Path:
        """Return the file that its output goes to."""
        return folder / f"{self.name}.log"


@dataclass(frozen=True, slots=True)
class State:
    """What was started, and on which port it is reached."""

    port: int = 0
    processes: tuple[Process, ...] = ()


def read_state(folder: Path) -> State:
    """Read what was started; nothing if no file, or a broken one, says so."""
    try:
        found = json.loads((folder / _STATE_FILE).read_text(encoding="utf-8"))
        processes = tuple(Process(**process) for process in found["processes"])
        return State(int(found["port"]), processes)
    except (OSError, ValueError, KeyError, TypeError):
        return State()


def write_state(folder: Path, state: State) -> None:
    """Keep what was started for the command that will stop it."""
    written = folder / f"{_STATE_FILE}.new"
    written.write_text(json.dumps(asdict(state)), encoding="utf-8")
    written.replace(folder / _STATE_FILE)


def launch(
    name: str,
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    folder: Path,
) -> Process:
    """Start a process that runs on when this one ends; its output goes to a log."""
    with (folder / f"{name}.log").open("w", encoding="utf-8") as output:
        started = subprocess.Popen(
            [str(part) for part in command],
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Process(name, started.pid, psutil.Process(started.pid).create_time())


def stop_all(processes: Sequence[Process]) -> bool:
    """End the processes and all they started; False if nothing was alive.

    Each head and its group are asked to end and given time for it. What is left then,
    or was left by a head that died before, is killed: by session, because a task that
    Airflow runs has a group of its own.
    """
    sessions = {process.pid for process in processes if process.leads_its_session()}
    found = _members(sessions)
    for head in sessions:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(head, signal.SIGTERM)
    _wait_while(lambda: any(process.is_alive() for process in processes))
    _wait_while(lambda: bool(_kill(_members(sessions))))
    return bool(found)


def _members(sessions: Collection[int]) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter()
        if _session(process) in sessions and _lives(process)
    ]


def _kill(members: Collection[psutil.Process]) -> Collection[psutil.Process]:
    for process in members:
        with suppress(psutil.Error):
            process.kill()
    return members


def _wait_while(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _STOP_SECONDS
    while condition() and time.monotonic() < deadline:
        time.sleep(0.1)


def _lives(process: psutil.Process) -> bool:
    """Return whether it still runs; a zombie does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _session(process: psutil.Process) -> int | None:
    try:
        return os.getsid(process.pid)
    except (ProcessLookupError, PermissionError):
        return None
