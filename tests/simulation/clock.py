"""A clock for all processes of a simulated year: ours, Airflow's and PostgreSQL's.

libfaketime answers each process' question for the time, so nothing of the product knows
of it. How far its clock is ahead stands in a file, which every process reads; time goes
on from there as usual. What measures durations (the monotonic clock), and the times of
files that the system gives, stay real: the made year lies in the future, so that no
file seems to be from a time to come.
"""

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bloc_warehouse.errors import SetupError

_FILE = "FAKETIME_TIMESTAMP_FILE"


def clock_environment(file: Path) -> dict[str, str]:
    """Return the variables by which a process that is started has the clock of a file.

    Raises:
        SetupError: libfaketime is not installed, or not for this kind of machine.
    """
    found = importlib.util.find_spec("libfaketime")
    if found is None or found.origin is None:
        raise SetupError("libfaketime is not installed: run `make setup`")
    library = Path(found.origin).parent / "vendor/libfaketime/src/libfaketime.so.1"
    variables = {
        "LD_PRELOAD": str(library),
        _FILE: str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
    file.write_text(f"+{_PROBE}\n", encoding="ascii")
    told = subprocess.run(
        [sys.executable, "-c", "import time; print(time.time())"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode or float(told.stdout) - time.time() < _PROBE / 2:
        raise SetupError(f"libfaketime does not work on this machine: {told.stderr}")
    return variables


_PROBE = 1_000_000  # seconds by which a process is asked to be ahead


class Clock:
    """The clock that the environment names, and the right to set it.

    Attributes:
        now: The simulated moment.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._file = Path(environ[_FILE])

    @property
    def now(self) -> datetime:
        """The simulated moment, in UTC."""
        return datetime.now(UTC)

    def go_to(self, moment: datetime) -> None:
        """Go on to a moment.

        Raises:
            ValueError: It is over.
        """
        ahead = (moment - self.now).total_seconds()
        if ahead < 0:
            raise ValueError(f"{moment} is over: it is {self.now}")
        before = float(self._file.read_text(encoding="ascii"))
        self.set_ahead(timedelta(seconds=before + ahead))

    def set_ahead(self, of_real_time: timedelta) -> None:
        """Set how far the clock is ahead, at once: nobody reads half a file."""
        written = self._file.with_suffix(".next")
        written.write_text(f"+{of_real_time.total_seconds():.3f}\n", encoding="ascii")
        written.replace(self._file)
