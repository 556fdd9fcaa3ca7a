"""A clock for all processes of a simulated year: ours, Airflow's and PostgreSQL's.

libfaketime answers each process' question for the time, so nothing of the product knows
of it; time goes on from there as usual. How far its clock is ahead is a variable of the
process, or, for PostgreSQL, which nobody can tell, stands in a file: libfaketime reads
files safely only in processes without threads. What measures durations (the monotonic
clock), and the times of files that the system gives, stay real: the made year lies in
the future, so that no file seems to be from a time to come.
"""

import importlib.util
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bloc_warehouse.errors import SetupError

_AHEAD = "FAKETIME"
_FILE = "FAKETIME_TIMESTAMP_FILE"


def clock_environment(file: Path, ahead: timedelta) -> dict[str, str]:
    """Return the variables by which a process that is started has the clock.

    Args:
        file: Where the clock stands for PostgreSQL; written.
        ahead: How far it is ahead of real time.

    Raises:
        SetupError: libfaketime is not installed, or not for this kind of machine.
    """
    found = importlib.util.find_spec("libfaketime")
    if found is None or found.origin is None:
        raise SetupError("libfaketime is not installed: run `make setup`")
    library = Path(found.origin).parent / "vendor/libfaketime/src/libfaketime.so.1"
    _write(file, ahead)
    variables = {
        "LD_PRELOAD": str(library),
        _AHEAD: _text(ahead),
        _FILE: str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
    told = subprocess.run(
        [sys.executable, "-c", "import time; print(time.time())"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    expected = time.time() + ahead.total_seconds()
    if told.returncode or abs(float(told.stdout) - expected) > _PROBE_SECONDS:
        raise SetupError(f"libfaketime does not work on this machine: {told.stderr}")
    return variables


def environment_of_postgres() -> dict[str, str]:
    """Return this process' environment for who starts PostgreSQL: its clock's file."""
    return {name: value for name, value in os.environ.items() if name != _AHEAD}


def set_own_clock(ahead: str) -> None:
    """Have this process' clock be ahead; for a process that another one tells."""
    os.environ[_AHEAD] = ahead


class Clock:
    """This process' clock and PostgreSQL's; other processes are told ``ahead``."""

    @property
    def now(self) -> datetime:
        """The simulated moment, in UTC."""
        return datetime.now(UTC)

    @property
    def ahead(self) -> str:
        """How far it is ahead, as ``set_own_clock`` takes it."""
        return os.environ[_AHEAD]

    def go_to(self, moment: datetime) -> None:
        """Go on to a moment.

        Raises:
            ValueError: It is over.
        """
        more = moment - self.now
        if more < timedelta():
            raise ValueError(f"{moment} is over: it is {self.now}")
        ahead = timedelta(seconds=float(self.ahead)) + more
        set_own_clock(_text(ahead))
        _write(Path(os.environ[_FILE]), ahead)


_PROBE_SECONDS = 600  # a busy machine may take its time to start a process


def _text(ahead: timedelta) -> str:
    return f"+{ahead.total_seconds():.3f}"


def _write(file: Path, ahead: timedelta) -> None:
    """Write it at once: nobody reads half a file."""
    written = file.with_suffix(".next")
    written.write_text(f"{_text(ahead)}\n", encoding="ascii")
    written.replace(file)
