"""What ``bench-intake`` found, in tables for people and as JSON."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.intake.files import FORMS, Kind
from benchmarks.intake.warehouse import Ingested

UNITS_OF_A_COUNTRY = 52_000
_AIM_MINUTES = 30
_NAMES: dict[Kind, str] = {
    "xlsx": "workbooks of one form",
    "csv": "CSVs of one form",
    "bundle": f"workbooks of {len(FORMS)} forms",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """Files of one kind, and what they are compared with, in seconds for all of them.

    Attributes:
        rows: Rows in raw that the files became, submissions among them.
        ingested: The whole.
        quarter: A quarter as many files, ingested before.
        read_seconds: Reading alone, in as many processes as there are workers.
        copy_seconds: Bare COPY of the rows, likewise.
        script_files: On so many files the script was tried;
        script_seconds: what it would take for all, scaled; one process.
        script_cpu_seconds: Of it the script's own processor,
        script_server_seconds: and the server's.
    """

    kind: Kind
    files: int
    forms: int
    cells: int
    rows: int
    ingested: Ingested
    quarter: Ingested
    read_seconds: float
    copy_seconds: float
    script_files: int
    script_seconds: float
    script_cpu_seconds: float
    script_server_seconds: float

    @property
    def ratios(self) -> dict[str, float]:
        """How many times our seconds are those of what is compared."""
        ours = self.ingested.seconds
        return {
            "ours_to_reading_alone": ours / self.read_seconds,
            "ours_to_bare_copy": ours / self.copy_seconds,
            "ours_to_reading_and_copy": ours / (self.read_seconds + self.copy_seconds),
            "script_to_ours": self.script_seconds / ours,
            "script_to_ours_per_core": (
                (self.script_cpu_seconds + self.script_server_seconds)
                / self.ingested.processor_seconds
            ),
        }

    @property
    def warm_seconds(self) -> float:
        """Processor seconds of client and server for each file after the first quarter.

        Both runs start the same processes, which falls out.
        """
        more = self.ingested.processor_seconds - self.quarter.processor_seconds
        return more / (self.files - self.quarter.accepted)

    @property
    def minutes_for_a_country(self) -> float:
        """How long all units' five forms would take at this rate, in files like these.

        The same forms and two cores are assumed.
        """
        forms = UNITS_OF_A_COUNTRY * len(FORMS)
        return forms / (self.forms / self.ingested.seconds) / 60


@dataclass(frozen=True, slots=True)
class Report:
    """All that one run found; ``steps`` is kind → step → milliseconds a file."""

    workers: int
    units: int
    taken: tuple[Taken, ...]
    steps: Mapping[Kind, Mapping[str, float]]

    @property
    def is_complete(self) -> bool:
        """Whether every file was accepted."""
        return all(taken.ingested.accepted == taken.files for taken in self.taken)


def as_json(report: Report) -> dict[str, Any]:
    """Return the report for machines."""
    found = asdict(report)
    for line, taken in zip(found["taken"], report.taken, strict=True):
        line["files_per_second"] = taken.files / taken.ingested.seconds
        line["cells_per_second"] = taken.cells / taken.ingested.seconds
        line["warm_seconds"] = taken.warm_seconds
        line["ratios"] = taken.ratios
        line["minutes_for_a_country"] = taken.minutes_for_a_country
    return found


def print_report(report: Report) -> None:
    """Print the tables."""
    console = Console(width=100)
    console.print(_speed(report), _steps(report))
    console.print(
        f"{report.workers} workers; the unit list holds {report.units:,} units. Reading"
        " alone ran in as many processes, half before and half after each ingest, COPY"
        " after it; the script with pandas in one process on"
        f" {', '.join(str(kind.script_files) for kind in report.taken)} files, scaled."
        " Steps were timed in one process.",
        highlight=False,
    )


def _speed(report: Report) -> Table:
    table = Table(title="Intake", title_justify="left")
    table.add_column()
    for taken in report.taken:
        table.add_column(_NAMES[taken.kind], justify="right")
    for name, shown in _LINES:
        if name:
            table.add_row(name, *map(shown, report.taken))
        else:
            table.add_section()
    return table


def _steps(report: Report) -> Table:
    table = Table(title="Where the time goes, ms a file", title_justify="left")
    table.add_column()
    for taken in report.taken:
        table.add_column(_NAMES[taken.kind], justify="right")
    names = dict.fromkeys(step for steps in report.steps.values() for step in steps)
    for step in names:
        table.add_row(
            step, *(_ms(report, measured.kind, step) for measured in report.taken)
        )
    table.add_section()
    sums = (sum(report.steps[measured.kind].values()) for measured in report.taken)
    table.add_row("in all, one process", *(f"{total:.2f}" for total in sums))
    return table


def _ms(report: Report, kind: Kind, step: str) -> str:
    took = report.steps[kind].get(step)
    return "" if took is None else f"{took:.2f}"


def _memory(ingested: Ingested) -> str:
    return f"{ingested.peak_mb:,.0f} MB ({ingested.largest_mb:,.0f})"


def _minutes(taken: Taken) -> str:
    return f"{taken.minutes_for_a_country:.0f} min (aim {_AIM_MINUTES})"


_LINES: tuple[tuple[str, Callable[[Taken], str]], ...] = (
    ("files (forms)", lambda taken: f"{taken.files:,} ({taken.forms:,})"),
    ("accepted", lambda taken: f"{taken.ingested.accepted:,}"),
    ("cells", lambda taken: f"{taken.cells:,}"),
    ("seconds", lambda taken: f"{taken.ingested.seconds:.1f}"),
    ("files/s", lambda taken: f"{taken.files / taken.ingested.seconds:,.0f}"),
    ("forms/s", lambda taken: f"{taken.forms / taken.ingested.seconds:,.0f}"),
    ("cells/s", lambda taken: f"{taken.cells / taken.ingested.seconds:,.0f}"),
    (
        "processor, ms a file (server)",
        lambda taken: (
            f"{1000 * taken.ingested.cpu_seconds / taken.files:.1f}"
            f" ({1000 * taken.ingested.server_seconds / taken.files:.1f})"
        ),
    ),
    (
        "warm, without the processes' start, aim ≤ 5",
        lambda taken: f"{1000 * taken.warm_seconds:.1f}",
    ),
    ("", str),
    ("peak memory, N (largest process)", lambda taken: _memory(taken.ingested)),
    ("peak memory, N/4", lambda taken: _memory(taken.quarter)),
    ("", str),
    ("(a) reading alone, s", lambda taken: f"{taken.read_seconds:.2f}"),
    ("(b) bare COPY, s", lambda taken: f"{taken.copy_seconds:.2f}"),
    ("(c) script with pandas, s", lambda taken: f"{taken.script_seconds:.1f}"),
    ("ours / (a)", lambda taken: f"{taken.ratios['ours_to_reading_alone']:.1f}×"),
    ("ours / (b)", lambda taken: f"{taken.ratios['ours_to_bare_copy']:.1f}×"),
    (
        "ours / ((a) + (b)), aim ≤ 3",
        lambda taken: f"{taken.ratios['ours_to_reading_and_copy']:.1f}×",
    ),
    ("(c) / ours, aim ≥ 5", lambda taken: f"{taken.ratios['script_to_ours']:.1f}×"),
    (
        "(c) processor, ms a file (server)",
        lambda taken: (
            f"{1000 * taken.script_cpu_seconds / taken.files:.1f}"
            f" ({1000 * taken.script_server_seconds / taken.files:.1f})"
        ),
    ),
    (
        "(c) / ours per core, server included, aim ≥ 8",
        lambda taken: f"{taken.ratios['script_to_ours_per_core']:.1f}×",
    ),
    ("", str),
    (f"{UNITS_OF_A_COUNTRY:,} units × {len(FORMS)} forms", _minutes),
)
