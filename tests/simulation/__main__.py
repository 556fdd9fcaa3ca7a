"""``make simulate``: a made year of two blocs, checked day by day.

Starts itself again with the simulated clock, and exits with 1 if a day differs.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.simulation.actions import FIRST_DAY, LAST_DAY
from tests.simulation.clock import clock_environment
from tests.simulation.scenario import make_year

_FOLDER = "SIMULATION_FOLDER"


def main() -> int:
    """Live through a year; print each day on which something happens."""
    arguments = _arguments()
    if _FOLDER not in os.environ:
        return _run_with_clock()
    # what reads Airflow's place is imported once it is known
    from tests.simulation.run_year import live_through
    from tests.simulation.world import World

    began = time.monotonic()
    world = World(Path(os.environ[_FOLDER]))
    try:
        world.begin()
        result = live_through(
            make_year(arguments.seed), world, arguments.until, lambda line: _show(line)
        )
    finally:
        world.end()
    _show(
        f"seed {arguments.seed}: {result.days} days, {result.tasks} tasks,"
        f" {result.releases} days with a release, {result.kills} kills,"
        f" {result.mails} messages, {result.differences} differences;"
        f" {time.monotonic() - began:.0f} s"
    )
    if result.differences:
        _show(f"again: make simulate SEED={arguments.seed} UNTIL={arguments.until}")
    return 1 if result.differences else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A made year, checked day by day")
    parser.add_argument("--seed", type=int, default=1, help="another one, another year")
    parser.add_argument(
        "--until", type=date.fromisoformat, default=LAST_DAY, help="the last day"
    )
    return parser.parse_args()


def _run_with_clock() -> int:
    """Run this again under the simulated clock, in a folder that is removed then."""
    import subprocess

    folder = Path(tempfile.mkdtemp(prefix="bloc-simulation-"))
    folder.chmod(0o755)  # as root, the server's own user must get in
    try:
        eve = datetime.combine(FIRST_DAY, datetime.min.time(), UTC) - timedelta(days=1)
        variables = clock_environment(folder / "clock", eve - datetime.now(UTC))
        return subprocess.run(
            [sys.executable, "-m", "tests.simulation", *sys.argv[1:]],
            env={**os.environ, **variables, _FOLDER: str(folder)},
            check=False,
        ).returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _show(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - for people at a terminal


if __name__ == "__main__":
    sys.exit(main())
