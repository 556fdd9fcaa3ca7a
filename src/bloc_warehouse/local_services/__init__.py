"""A program with a web page on this machine: its processes, their port, its folder."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bloc_warehouse.database.embedded.process import free_port, is_free
from bloc_warehouse.errors import SetupError
from bloc_warehouse.local_services.processes import (
    State,
    launch,
    read_state,
    stop_all,
    write_state,
)

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LocalService:
    """What serves one port, remembered in a folder beside its logs."""

    name: str
    folder: Path
    failure: type[SetupError]
    """Raised when it ends early, or is not ready in time."""

    def port(self, processes: Collection[str]) -> int | None:
        """Return the port on which it is reached, if all these processes are alive."""
        state = read_state(self.folder)
        alive = [process.name for process in state.processes if process.is_alive()]
        return state.port if alive == list(processes) else None

    def launch(
        self,
        process: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        port: int,
    ) -> None:
        """Start one more process of it, to run on when this one ends."""
        started = launch(process, command, environment, self.folder)
        before = read_state(self.folder).processes
        write_state(self.folder, State(port, (*before, started)))

    def wait_until(self, is_so: Callable[[], bool], seconds: float) -> None:
        """Wait for something that its processes bring about.

        Raises:
            SetupError: The failure of this service: a process of it ended, or time is
                up; it says which log to read.
        """
        deadline = time.monotonic() + seconds
        while not is_so():
            for process in read_state(self.folder).processes:
                if not process.is_alive():
                    log = process.log(self.folder)
                    raise self.failure(f"{self.name}'s {process.name} ended: see {log}")
            if time.monotonic() > deadline:
                raise self.failure(
                    f"{self.name} was not ready after {seconds:.0f} s: see "
                    f"{self.folder}/*.log"
                )
            time.sleep(0.5)

    def stop(self) -> bool:
        """Stop what runs, gently, then by force; False if nothing did."""
        stopped = stop_all(read_state(self.folder).processes)
        write_state(self.folder, State())
        return stopped


def choose_port(wanted: int, report: Report) -> int:
    """Return the wanted port, or a free one when another program has it."""
    if is_free(wanted):
        return wanted
    port = free_port()
    report(f"port {wanted} is taken by another program: using {port}")
    return port
