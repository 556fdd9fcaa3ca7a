"""``make bench-audit``: what the gates cost over one bloc and over the country.

Fills raw set-based for one period, builds, and runs all suites of both gates: seconds
in the database by its own log, seconds around it (Great Expectations, its data docs and
our own), the import apart, and the memory of the process.
"""

import argparse
import csv
import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks.warehouse import (
    UNITS_A_BLOC,
    Cost,
    Size,
    bench_server,
    fill,
    make_lists,
    timed,
)
from bloc_warehouse.build.transform import build_marts, stage
from bloc_warehouse.checks.gate import audit, cross_check
from bloc_warehouse.pipeline import prepare
from bloc_warehouse.settings import Settings

_YEAR = 2014
_AIM = 5.0  # seconds that Great Expectations may add to a run's SQL


@dataclass(frozen=True, slots=True)
class Measured:
    """One size.

    Attributes:
        database: Seconds of both gates in the database.
        around: Seconds of both gates beside them.
        memory: Peak of the process so far, in MB.
    """

    units: int
    returns: int
    cross_check: float
    audit: float
    around: float
    memory: int

    @property
    def database(self) -> float:
        """Seconds in the database."""
        return self.cross_check + self.audit


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and report; 1 where more is added than should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, nargs="+", default=[100, 52_000])
    parser.add_argument("--json", action="store_true", help="JSON for machines")
    options = parser.parse_args(arguments)
    seconds = import_expectations()
    results = [measure(units) for units in options.units]
    if options.json:
        print(json.dumps({"import": seconds, "sizes": list(map(asdict, results))}))
    else:
        show(seconds, results)
    return int(any(result.around > _AIM for result in results))


def import_expectations() -> float:
    """Return how long Great Expectations takes to import, paid once a run."""
    start = time.perf_counter()
    import bloc_warehouse.checks.gx.context  # noqa: F401

    return time.perf_counter() - start


def measure(units: int) -> Measured:
    """Fill one period of so many units, build, and run both gates."""
    size = Size(max(1, units // UNITS_A_BLOC), 1)
    with bench_server() as settings:
        make_lists(settings, size, _YEAR)
        _owe_only_the_year(settings)
        prepare(settings)
        fill(settings, [f"{_YEAR}-Y"], "bench")
        stage(settings)
        checked = timed(settings, [cross_check])
        build_marts(settings)
        audited = timed(settings, [audit])
    return Measured(
        size.units,
        size.units * 5,
        checked.database,
        audited.database,
        _around(checked) + _around(audited),
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


def _owe_only_the_year(settings: Settings) -> None:
    """Leave no return owed that is not made, so that nothing is found."""
    path = settings.reference_dir / "ref_obligations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(
            obligation for obligation in lines if obligation["period_type"] == "Y"
        )


def _around(cost: Cost) -> float:
    return cost.wall - cost.database


def show(seconds: float, results: Sequence[Measured]) -> None:
    """Print the table."""
    print(f"importing Great Expectations, once a run: {seconds:.1f} s\n")
    print(
        f"{'units':>8} {'returns':>9} {'cross-check SQL':>16} {'audit SQL':>10}"
        f" {'around both':>12} {'memory':>9}"
    )
    for result in results:
        print(
            f"{result.units:8,} {result.returns:9,} {result.cross_check:14.2f} s"
            f" {result.audit:8.2f} s {result.around:10.2f} s {result.memory:6,} MB"
        )


if __name__ == "__main__":
    sys.exit(main())
