"""Processes that outlive the command which started them, and the file that names them.

Each is the head of a process group of its own and is known by number and start time, so
that another program which got the same number later is never signalled.
"""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
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
            return (
                abs(process.create_time() - self.started) < 1
                and process.status() != psutil.STATUS_ZOMBIE
            )
        except psutil.Error:
            return False

    def log(self, folder: Path) -> Path:
        """Return the file that its output goes to."""
        return folder / f"{self.name}.log"


@dataclass(frozen=True, slots=True)
class State:
    """What was started, and on which port it is reached."""

    port: int = 0
    processes: tuple[Process, ...] = ()


def read_state(folder: Path) -> State:
    """Read what was started; nothing where no file, or a broken one, says so."""
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
    """End process groups, gently, then by force; False where none was alive."""
    living = [process for process in processes if process.is_alive()]
    members = [member for process in living for member in _family(process)]
    for process in living:
        _signal_group(process.pid, signal.SIGTERM)
    psutil.wait_procs(members, timeout=_STOP_SECONDS)
    for process in living:  # what did not listen, and workers without a head
        _signal_group(process.pid, signal.SIGKILL)
    psutil.wait_procs(members, timeout=_STOP_SECONDS)
    return bool(living)


def _family(process: Process) -> list[psutil.Process]:
    try:
        head = psutil.Process(process.pid)
        return [head, *head.children(recursive=True)]
    except psutil.Error:
        return []


def _signal_group(number: int, what: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(number, what)
