"""``make bench-intake``: how fast files are taken in, against what cannot be avoided.

Makes workbooks and CSVs, ingests them with two workers into an embedded warehouse of
its own, and compares with reading alone, bare COPY and a script with pandas over the
same files. What is compared runs before and after each ingest, so that noise hits both.
"""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks.intake.compared import (
    copied_rows,
    copy_bare,
    load_by_script,
    make_bare_tables,
    places_of,
    read_alone,
    side_by_side,
)
from benchmarks.intake.files import Kind, Order, make_files
from benchmarks.intake.report import Report, Taken, as_json, print_report
from benchmarks.intake.steps import time_steps
from benchmarks.intake.warehouse import (
    bench_warehouse,
    cells_read,
    in_landing,
    ingest_apart,
    server_seconds,
    write_units,
)
from bloc_warehouse.database.connection import connect
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.parse.parsed import ParseContext
from bloc_warehouse.intake.parse.unit_directory import load_reference
from bloc_warehouse.settings import Settings

Item = TypeVar("Item")
Say = Callable[[str], None]

_WORKERS = 2
_IN_STEPS = 250
_PARTS = 2  # of what is compared: one before the ingest, one after


@dataclass(frozen=True, slots=True)
class Orders:
    """What is made of one kind.

    Attributes:
        quarter: Ingested first, to compare its memory with the whole's.
        whole: What is measured.
        few: To time the steps on.
    """

    quarter: Order
    whole: Order
    few: Order

    @classmethod
    def of(cls, kind: Kind, files: int) -> "Orders":
        """Return what is made of a kind for ``files`` measured ones."""
        letter = kind[0].upper()
        return cls(
            Order(f"{letter}Q", kind, max(1, files // 4)),
            Order(f"{letter}W", kind, files),
            Order(f"{letter}S", kind, min(files, _IN_STEPS)),
        )

    @property
    def all(self) -> tuple[Order, ...]:
        """The three."""
        return self.quarter, self.whole, self.few


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and report; 1 when not every file was accepted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--files", type=int, default=5_000, help="of each kind")
    parser.add_argument("--units", type=int, default=52_000, help="in the unit list")
    parser.add_argument("--script-sample", type=int, default=200, help="files")
    parser.add_argument("--json", action="store_true", help="JSON for machines")
    options = parser.parse_args(arguments)
    # so that a run that is stopped still takes its server and files away
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    report = run_bench(options.files, options.units, options.script_sample, _say)
    if options.json:
        print(json.dumps(as_json(report), indent=2))
    else:
        print_report(report)
    return 0 if report.is_complete else 1


def run_bench(files: int, units: int, script_sample: int, say: Say) -> Report:
    """Make, ingest, compare, and time the steps.

    Args:
        files: How many workbooks, and how many CSVs.
        units: How many units the reference list holds at least.
        script_sample: Files of each kind that the script with pandas is tried on.
        say: Told what goes on.
    """
    kinds: dict[Kind, int] = {"xlsx": files, "csv": files, "bundle": files // 5}
    every = [Orders.of(kind, number) for kind, number in kinds.items() if number]
    with bench_warehouse(_WORKERS) as settings:
        say("making files")
        prepare_bench(settings, every, units)
        taken = []
        for orders in every:
            say(f"ingesting {orders.whole.files:,} files of kind {orders.whole.kind}")
            taken.append(take(settings, orders, script_sample))
        say("timing the steps")
        steps = {orders.few.kind: steps_of(settings, orders.few) for orders in every}
    return Report(_WORKERS, units, tuple(taken), steps)


def prepare_bench(settings: Settings, every: Sequence[Orders], units: int) -> None:
    """Make the files, let the warehouse know who sends them, make tables to copy to."""
    made = [order for orders in every for order in orders.all]
    for order in made:
        make_files([order], _landing(settings, order), workers=_WORKERS)
    write_units(settings, made, units)
    make_bare_tables(settings)


def take(settings: Settings, orders: Orders, script_sample: int) -> Taken:
    """Ingest the files of one kind, and run what they are compared with."""
    whole = orders.whole
    quarter = ingest_apart(in_landing(settings, _landing(settings, orders.quarter)))
    paths = _paths(settings, whole)
    sample = paths[:: max(1, len(paths) // script_sample)][:script_sample]
    script = partial(_script_cost, settings)
    read = side_by_side(read_alone, _halves(paths[::_PARTS]))
    scripted = script(sample[::_PARTS])
    ingested = ingest_apart(in_landing(settings, _landing(settings, whole)))
    read += side_by_side(read_alone, _halves(paths[1::_PARTS]))
    scripted = [*map(sum, zip(scripted, script(sample[1::_PARTS]), strict=True))]
    scale = len(paths) / len(sample)
    rows = copied_rows(settings, whole.name)
    parts = [
        (settings, {table: _halves(lines)[at] for table, lines in rows.items()})
        for at in range(_WORKERS)
    ]
    return Taken(
        kind=whole.kind,
        files=whole.files,
        forms=whole.forms,
        cells=cells_read(settings, whole.name),
        rows=sum(map(len, rows.values())),
        ingested=ingested,
        quarter=quarter,
        read_seconds=read,
        copy_seconds=side_by_side(copy_bare, parts),
        script_files=len(sample),
        script_seconds=scripted[0] * scale,
        script_cpu_seconds=scripted[1] * scale,
        script_server_seconds=scripted[2] * scale,
    )


def _script_cost(settings: Settings, paths: Sequence[Path]) -> list[float]:
    """Let the script load files, in one process, as it is written.

    Returns:
        Seconds by the clock, of its processor, and of the server's.
    """
    if not paths:
        return [0.0, 0.0, 0.0]
    context = _context(settings)
    examples = {path.name: path for path in paths}
    places = {name: places_of(path, context) for name, path in examples.items()}
    before = server_seconds(settings)
    seconds, cpu_seconds = side_by_side(load_by_script, [(settings, paths, places)])
    return [seconds, cpu_seconds, server_seconds(settings) - before]


def steps_of(settings: Settings, order: Order) -> dict[str, float]:
    """Return step → milliseconds a file."""
    paths = _paths(settings, order)
    files = [(path.name, path.read_bytes(), path.parts[-3]) for path in paths]
    own = in_landing(settings, _landing(settings, order))
    seconds = time_steps(own, files, _context(settings))
    return {step: 1000 * took / order.files for step, took in seconds.items()}


def _context(settings: Settings) -> ParseContext:
    with connect("ingest", settings=settings) as connection:
        return ParseContext(load_registry(), load_reference(connection))


def _landing(settings: Settings, order: Order) -> Path:
    return settings.data_dir / "landings" / order.name


def _paths(settings: Settings, order: Order) -> list[Path]:
    folder = _landing(settings, order)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _halves(items: Sequence[Item]) -> list[Sequence[Item]]:
    return [items[at::_WORKERS] for at in range(_WORKERS)]


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
