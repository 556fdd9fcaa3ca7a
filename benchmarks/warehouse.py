"""``make bench-warehouse``: what a build costs, and how that grows with the history.

Fills raw set-based for some sizes of history and measures, in one run: a full build, an
incremental one after a new period and after one corrected cell, and the questions that
BI asks; beside them what an expert would write by hand, and the same in DuckDB.
Database time is the sum over all statements, from the server's own log; beside it the
processor seconds of this process and of the server.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, TextIO

import psycopg
from psycopg.conninfo import make_conninfo
from tests.reference_lists import write_lists

from benchmarks.bi.wide_views import compare
from benchmarks.processor import client_seconds, server_seconds
from benchmarks.server_log import entries, kind_of
from benchmarks.warehouse_compared import in_duckdb, statements
from benchmarks.warehouse_queries import QUERIES
from bloc_warehouse.build.compiled.project import compiled_project
from bloc_warehouse.build.transform import build_marts, stage
from bloc_warehouse.checks.gate import audit, cross_check
from bloc_warehouse.checks.model import Stage
from bloc_warehouse.checks.slices import rules_sha256
from bloc_warehouse.checks.suites import load_suites
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect, dsn
from bloc_warehouse.database.readers import add_reader, remove_reader
from bloc_warehouse.pipeline import prepare
from bloc_warehouse.publish.publish import publish
from bloc_warehouse.settings import Settings

UNITS_A_BLOC = 100
_OPTIONS = ("log_min_duration_statement=0",)  # everything else as it is shipped
_REPEATS = 60
_WHOLE_GATES = 200_000  # returns; over more of them the first, whole run takes long


@dataclass(frozen=True, slots=True)
class Size:
    """How much history: blocs of a hundred units, over years."""

    blocs: int
    years: int

    @property
    def units(self) -> int:
        """Units in all."""
        return self.blocs * UNITS_A_BLOC

    @property
    def returns(self) -> int:
        """Returns in raw: four quarters of four forms, and the year's ratings."""
        return self.units * self.years * 17


@dataclass(slots=True)
class Cost:
    """What one step took, in seconds; of what, by action and by kind of statement.

    Attributes:
        database: What all statements took together.
        client: Processor time of this process; ``server`` that of the server.
    """

    wall: float
    database: float
    client: float = 0
    server: float = 0
    parts: dict[str, float] = field(default_factory=dict)
    kinds: dict[str, float] = field(default_factory=dict)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each size and print how the costs grow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocs", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=_REPEATS)
    chosen = parser.parse_args(arguments)
    results = {}
    for blocs in chosen.blocs:
        size = Size(blocs, chosen.years)
        with bench_server() as settings:
            results[size] = measure(settings, size, chosen.repeats, sys.stdout)
    print_growth(results, sys.stdout)
    return 0


@contextmanager
def bench_server() -> Iterator[Settings]:
    """Give settings with a server of the bench's own, in a folder that is removed."""
    folder = Path(tempfile.mkdtemp(prefix="bloc-bench-"))
    folder.chmod(0o755)  # as root, the server's own user must get in
    try:
        embedded.start(folder, options=_OPTIONS)
        yield Settings.from_environment({"BLOC_DATA_DIR": str(folder)})
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def measure(
    settings: Settings, size: Size, repeats: int, out: TextIO
) -> dict[str, Cost]:
    """Run everything at one size."""
    print(f"\n{size.units} units, {size.years} years, {size.returns} returns", file=out)
    last = 2013 + size.years
    periods = [
        f"{year}-{kind}"
        for year in range(2014, last + 1)
        for kind in ("Q1", "H1", "M9", "Y")
    ]
    make_lists(settings, size, last)
    prepare(settings)
    costs: dict[str, Cost] = {}

    def step(name: str, *actions: Callable[[Settings], object]) -> None:
        costs[name] = timed(settings, actions)
        cost = costs[name]
        detail = cost.parts | (cost.kinds if "full build" in name else {})
        print(
            f"  {name:40} database {cost.database:9.2f} s   wall {cost.wall:8.1f} s"
            f"   processor: client {cost.client:.2f} server {cost.server:.2f}   "
            + " · ".join(f"{part} {seconds:.2f}" for part, seconds in detail.items()),
            file=out,
            flush=True,
        )

    step("filling raw", lambda own: fill(own, periods[:-1], "first"))
    step("by hand: create table as", by_hand)
    costs["by hand in DuckDB"] = beside(settings)
    seconds = costs["by hand in DuckDB"].database
    print(f"  {'by hand in DuckDB':40} {'':8} {seconds:9.2f} s", file=out, flush=True)
    step("full build", stage, build_marts)
    step("compiling, once a version of the project", compiled_project)
    step("another full build", staged_in_full, build_marts)
    if size.returns <= _WHOLE_GATES:
        step("  its gates", cross_check, audit)
    else:  # they look at slices from here on, as after a whole run
        take_as_checked(settings)
    step("nothing changed", stage, build_marts)
    units = [f"B000-{number:03d}" for number in range(UNITS_A_BLOC)]
    fill(settings, periods[-1:], "second", units)
    step("a new period of one bloc", stage, build_marts)
    fill(settings, periods[-1:], "third", all_but(size, units))
    step("a new period of the other blocs", stage, build_marts)
    correct(settings, "B000-007", periods[-2], "correction 1")
    step("one corrected cell", stage, cross_check, build_marts, audit)
    correct(settings, "B000-008", periods[-2], "correction 2")
    step("one more", stage, cross_check, build_marts, audit)
    step("publishing", published)
    costs |= ask(settings, periods[-1], repeats, out)
    ask_wide_views(settings, periods[-1], repeats, out)
    return costs


def staged_in_full(settings: Settings) -> None:
    """Begin a full build in relations that stand."""
    stage(settings, full=True)


def published(settings: Settings) -> None:
    """Let readers see what was built."""
    result = publish(settings, by="bench")
    if not result.published:
        raise SystemExit(result.message)


def take_as_checked(settings: Settings) -> None:
    """Note a finished run of each gate, so that the next ones look at what changed."""
    stages: tuple[Stage, ...] = ("cross_check", "audit")
    with connect("ingest", settings=settings) as connection:
        for name in stages:
            suites = load_suites(settings.project_dir / "expectations", name)
            connection.execute(
                "insert into quality.runs (stage, rules_sha256, is_full, finished_at)"
                " values (%s, %s, true, now())",
                [name, rules_sha256(suites)],
            )
        connection.execute(
            "update quality.releases set audit_outcome = 'passed'"
            " where state = 'candidate'"
        )


def all_but(size: Size, units: Sequence[str]) -> list[str]:
    """Return the units of all blocs but those given."""
    return [unit for unit in unit_codes(size) if unit not in set(units)]


def unit_codes(size: Size) -> Iterator[str]:
    """Yield all codes."""
    for bloc in range(size.blocs):
        for number in range(UNITS_A_BLOC):
            yield f"B{bloc:03d}-{number:03d}"


def make_lists(settings: Settings, size: Size, last: int) -> None:
    """Write the lists: blocs, units, and that all of them owe all forms."""
    blocs = [f"B{number:03d}" for number in range(size.blocs)]
    forms = ("membership", "admissions", "inspections", "awards_training")
    owed = [(form, kind) for form in forms for kind in ("Q1", "H1", "M9", "Y")]
    since = {"valid_from": "2010-01-01"}
    write_lists(
        settings.reference_dir,
        ref_blocs=[
            {"bloc_code": bloc, "bloc_name": bloc, "province": bloc, **since}
            for bloc in blocs
        ],
        ref_units=[
            *(
                {"unit_code": f"{bloc}-VP", "bloc_code": bloc, "unit_name": bloc,
                 "unit_kind": "bloc_office", **since}
                for bloc in blocs
            ),
            *(
                {"unit_code": unit, "bloc_code": unit[:4], "unit_kind": "dbcs",
                 "sector": "administration", "unit_name": unit, **since}
                for unit in unit_codes(size)
            ),
        ],
        ref_obligations=[
            {"bloc_code": bloc, "form": form, "owed_by": "unit", "period_type": kind,
             "first_period": f"2014-{kind}", "last_period": f"{last}-{kind}",
             "due_days": 400}
            for bloc in blocs
            for form, kind in [*owed, ("ratings", "Y")]
        ],
    )  # fmt: skip


def fill(
    settings: Settings,
    periods: Sequence[str],
    batch: str,
    units: Sequence[str] | None = None,
) -> None:
    """Have the returns of some periods arrive, of all units or some."""
    if units is not None and not units:
        return
    arguments = {
        "periods": list(periods),
        "batch": f"{batch} ",
        "units": None if units is None else list(units),
        "received": date(2024, 1, 10),
        "number": 1,
    }
    with connect("ingest", settings=settings) as connection:
        for statement in read_sql("warehouse_fill").split(";\n"):
            if statement.strip():
                connection.execute(statement, arguments)
    with connect("owner", settings=settings, autocommit=True) as connection:
        connection.execute("set role ingest")
        connection.execute("analyze")


def correct(settings: Settings, unit: str, period: str, batch: str) -> None:
    """Have one unit correct one cell."""
    with connect("ingest", settings=settings) as connection:
        connection.execute(
            read_sql("warehouse_correction"),
            {"unit": unit, "period": period, "batch": batch},
        )


def by_hand(settings: Settings) -> None:
    """Make the facts and totals that an expert would write."""
    with connect("transform", settings=settings) as connection:
        connection.execute("create schema by_hand")
        for statement in statements():
            connection.execute(statement)
        connection.execute("drop schema by_hand cascade")


def beside(settings: Settings) -> Cost:
    """Make the same tables in DuckDB; bringing the rows over is not counted."""
    folder = settings.data_dir / "duckdb"
    folder.mkdir()
    with connect("transform", settings=settings) as connection:
        seconds = in_duckdb(connection, folder)
    shutil.rmtree(folder)
    return Cost(seconds, seconds)


def read_sql(name: str) -> str:
    """Return one of the bench's statements."""
    return (files("benchmarks") / f"{name}.sql").read_text(encoding="utf-8")


def timed(settings: Settings, actions: Sequence[Callable[[Settings], object]]) -> Cost:
    """Run the actions; the database's time is what its log says of them."""
    cost = Cost(0, 0)
    for action in actions:
        log = next(settings.data_dir.rglob("server.log"))
        client, server = client_seconds(), server_seconds(settings.data_dir)
        started, start = log.stat().st_size, time.perf_counter()
        action(settings)
        wall = time.perf_counter() - start
        cost.client += client_seconds() - client
        cost.server += server_seconds(settings.data_dir) - server
        database = 0.0
        for seconds, statement in entries(log, started):
            database += seconds
            kind = kind_of(statement)
            cost.kinds[kind] = cost.kinds.get(kind, 0) + seconds
        cost.wall += wall
        cost.database += database
        if len(actions) > 1:
            cost.parts[getattr(action, "__name__", "")] = database
    return cost


def ask(settings: Settings, period: str, repeats: int, out: TextIO) -> dict[str, Cost]:
    """Ask each question often, as BI does, of other blocs and units each time."""
    year = int(period[:4])
    values: dict[str, Any] = {
        "period": period, "first": date(year, 1, 1), "day": date(year, 12, 31),
    }  # fmt: skip
    slowest: dict[str, Cost] = {}
    with connect("bi_reader", settings=settings, autocommit=True) as connection:
        blocs = [
            bloc
            for (bloc,) in connection.execute(
                "select distinct bloc_code from marts.dim_units order by 1"
            )
        ]
        for name, query in QUERIES.items():
            taken = []
            for number in range(repeats):
                bloc = blocs[number * 7 % len(blocs)]
                unit = f"{bloc}-{number % UNITS_A_BLOC:03d}"
                start = time.perf_counter()
                connection.execute(
                    query,
                    {**values, "bloc": bloc, "unit": unit},
                ).fetchall()
                taken.append((time.perf_counter() - start) * 1000)
            p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
            print(f"  {name:48} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms", file=out)
            slowest[name] = Cost(p50, p95)
        for name in sorted(slowest, key=lambda name: -slowest[name].database)[:2]:
            print(f"  plan of: {name}", file=out)
            plan = connection.execute(
                f"explain (analyze, buffers, costs off) {QUERIES[name]}",
                {**values, "bloc": blocs[0], "unit": f"{blocs[0]}-001"},
            )
            for (line,) in plan:
                print(f"    {line}", file=out)
    return slowest


def ask_wide_views(settings: Settings, period: str, repeats: int, out: TextIO) -> None:
    """Compare the wide views with their tables, as who sees all and as a bloc's."""
    bloc = "B000"
    values = {
        "bloc": bloc, "unit": f"{bloc}-001", "period": period, "year": int(period[:4]),
    }  # fmt: skip
    print("  wide views, as bi_reader", file=out)
    with connect("bi_reader", settings=settings, autocommit=True) as connection:
        compare(connection, values, repeats, out)
    print("  wide views, as the reader of a bloc", file=out)
    name = "bench_reader"
    password = add_reader(settings, name, blocs=[bloc], by="bench")
    address = make_conninfo(dsn("bi_reader", settings), user=name, password=password)
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            compare(connection, values, repeats, out)
    finally:
        remove_reader(settings, name)


def print_growth(results: dict[Size, dict[str, Cost]], out: TextIO) -> None:
    """Print each step's database time beside the others' sizes, and the ratios."""
    sizes = list(results)
    print("\ndatabase seconds (BI: p95 in ms)", file=out)
    print(f"{'':50}" + "".join(f"{s.units:>12} units" for s in sizes), file=out)
    for name in results[sizes[0]]:
        known = [results[size].get(name) for size in sizes]
        row = [cost.database for cost in known if cost]
        text = "".join(f"{cost.database:18.2f}" if cost else " " * 18 for cost in known)
        print(f"{name:50}{text}   × {row[-1] / (row[0] or 1):.2f}", file=out)
    for size in sizes:
        costs = results[size]
        hand = costs["by hand: create table as"]
        for name in ("full build", "another full build"):
            full = costs[name]
            print(
                f"{size.units} units: {name} {processor(full) / processor(hand):.1f} ×"
                f" by hand by processor time, {full.database / hand.database:.1f} × by"
                f" the database's, {full.wall / hand.wall:.1f} × by the clock; its"
                f" tables alone {full.kinds.get('tables', 0) / hand.database:.1f} ×",
                file=out,
            )
        compared = costs["by hand in DuckDB"].database / hand.database
        print(f"{size.units} units: DuckDB {compared:.1f} × by hand", file=out)


def processor(cost: Cost) -> float:
    """Return the processor seconds of client and server."""
    return cost.client + cost.server


if __name__ == "__main__":
    sys.exit(main())
