"""``make bench-correction``: what one corrected cell costs, in whom and in which step.

Fills raw set-based for one size of history, publishes a first release, then has single
cells corrected and published one after the other, each in a process of its own, as a
person or a scheduler would. Of each step it prints the processor seconds of the client
(imports included, where the step is the first to need them) and of the server, and the
wall clock.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from benchmarks.processor import client_seconds, server_seconds
from bloc_warehouse.settings import Settings

_SCHEMAS = 3  # that rotate, and are filled one after the other
_RELEASES = _SCHEMAS + 2


@dataclass(frozen=True, slots=True)
class Spent:
    """What a step took, in seconds."""

    step: str
    client: float
    server: float
    wall: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or take the steps of one process that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocs", type=int, default=1)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--gates", action="store_true", help="run both from release 4")
    parser.add_argument("--data", type=Path, help="take steps here: for the bench")
    parser.add_argument("--steps", nargs="+", choices=_steps())
    chosen = parser.parse_args(arguments)
    if chosen.data:
        take(chosen.data, chosen.steps, sys.stdout)
    else:
        measure(chosen.blocs, chosen.years, sys.stdout, with_gates=chosen.gates)
    return 0


def measure(blocs: int, years: int, out: TextIO, *, with_gates: bool) -> None:
    """Run everything at one size; the first gates would look at everything."""
    # each process that is measured would pay for what these import
    from benchmarks.warehouse import Size, bench_server, correct, fill, make_lists
    from bloc_warehouse.pipeline import prepare

    size, last = Size(blocs, years), 2013 + years
    kinds = ("Q1", "H1", "M9", "Y")
    periods = [f"{year}-{kind}" for year in range(2014, last + 1) for kind in kinds]
    print(f"{size.units} units, {years} years, {size.returns} returns", file=out)
    with bench_server() as settings:
        make_lists(settings, size, last)
        prepare(settings)
        fill(settings, periods, "first")
        report(in_process(settings, *_WITHOUT_GATES), "release 1", out)
        for number in range(2, _RELEASES + 1):
            correct(settings, f"B000-{number:03d}", periods[-2], f"correction {number}")
            has_gates = with_gates and number > _SCHEMAS
            steps = _WHOLE if has_gates else _WITHOUT_GATES
            report(in_process(settings, *steps), f"release {number}: one cell", out)
        report(in_process(settings, "build"), "nothing changed, bloc build", out)
        report(in_process(settings, "run"), "nothing changed, bloc run", out)


def in_process(settings: Settings, *steps: str) -> list[Spent]:
    """Take steps in a new process; start-up is the first of what it spent."""
    folder = str(settings.data_dir)
    done = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, "-m", __spec__.name, "--data", folder, "--steps", *steps],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "BLOC_DATA_DIR": folder},
    )
    return [Spent(**json.loads(line)) for line in done.stdout.splitlines()]


def take(folder: Path, names: Sequence[str], out: TextIO) -> None:
    """Take steps in this process and print what each spent, a line of JSON each."""
    settings = Settings.from_environment({"BLOC_DATA_DIR": str(folder)})
    _print(Spent("start", time.process_time(), 0, time.process_time()), out)
    for name in names:
        client, server, began = (
            client_seconds(),
            server_seconds(folder),
            time.perf_counter(),
        )
        _steps()[name](settings)
        wall = time.perf_counter() - began
        _print(
            Spent(
                name, client_seconds() - client, server_seconds(folder) - server, wall
            ),
            out,
        )


def report(spent: Sequence[Spent], title: str, out: TextIO) -> None:
    """Print a table of steps with their sum."""
    total = Spent("sum", *(sum(column) for column in _columns(spent)))
    print(f"\n{title:34}{'client':>9}{'server':>9}{'both':>9}{'wall, s':>9}", file=out)
    for one in (*spent, total):
        both = one.client + one.server
        print(
            f"  {one.step:32}{one.client:9.2f}{one.server:9.2f}{both:9.2f}"
            f"{one.wall:9.2f}",
            file=out,
            flush=True,
        )


def _columns(spent: Sequence[Spent]) -> list[list[float]]:
    return [
        [one.client for one in spent],
        [one.server for one in spent],
        [one.wall for one in spent],
    ]


def _print(spent: Spent, out: TextIO) -> None:
    print(json.dumps(asdict(spent)), file=out, flush=True)


def _steps() -> dict[str, Callable[[Settings], object]]:
    return {
        "prepare": _prepare,
        "stage": _stage,
        "cross_check": _cross_check,
        "build_marts": _build_marts,
        "audit": _audit,
        "take_as_checked": _take_as_checked,
        "publish": _publish,
        "build": _build,
        "run": _run,
    }


def _prepare(settings: Settings) -> None:
    from bloc_warehouse.pipeline import prepare

    prepare(settings)


def _stage(settings: Settings) -> None:
    from bloc_warehouse.build.transform import stage

    stage(settings)


def _cross_check(settings: Settings) -> None:
    from bloc_warehouse.checks.gate import cross_check

    cross_check(settings)


def _build_marts(settings: Settings) -> None:
    from bloc_warehouse.build.transform import build_marts

    build_marts(settings)


def _audit(settings: Settings) -> None:
    from bloc_warehouse.checks.gate import audit

    audit(settings)


def _publish(settings: Settings) -> None:
    from bloc_warehouse.publish.publish import publish

    publish(settings, by="bench")


def _take_as_checked(settings: Settings) -> None:
    from benchmarks.warehouse import take_as_checked

    take_as_checked(settings)


def _build(settings: Settings) -> None:
    from bloc_warehouse.pipeline import build

    build(settings)


def _run(settings: Settings) -> None:
    from bloc_warehouse.pipeline import run

    run(settings, by="bench")


_WHOLE = ("prepare", "stage", "cross_check", "build_marts", "audit", "publish")
_WITHOUT_GATES = ("prepare", "stage", "build_marts", "take_as_checked", "publish")

if __name__ == "__main__":
    sys.exit(main())
