"""``make bench-bi``: what the dashboards' charts cost on a large warehouse.

Fills a warehouse as ``make bench-warehouse`` does, publishes it, and has Superset say
which SQL each dashboard's charts are when it is opened: with the filters that it sets
by itself, a unit's own above all; and so it says for the choices of each filter. That
SQL is run as an administrator's login, who sees all blocs, and as a bloc's; and each
question is asked over REST, by one person after another. The slowest plans are printed.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import psycopg
from psycopg import sql

from benchmarks.warehouse import (
    Size,
    bench_server,
    fill,
    make_lists,
    published,
    take_as_checked,
)
from bloc_warehouse.bi import server
from bloc_warehouse.bi.assets import Assets
from bloc_warehouse.bi.bundle import project_assets
from bloc_warehouse.bi.environment import ADMIN, passwords_file
from bloc_warehouse.bi.model import Dashboard
from bloc_warehouse.bi.rest import SupersetApi
from bloc_warehouse.bi.roles import read_roles
from bloc_warehouse.bi.users import add_user, remove_user
from bloc_warehouse.build.transform import build_marts, stage
from bloc_warehouse.database import embedded
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.pipeline import prepare
from bloc_warehouse.settings import Settings

GOAL_SQL, GOAL_REST = 100, 1000  # milliseconds, p95
_OFFICER = "bench_officer"
_SLOWEST = 3
_CHOICES = 1000  # as many as Superset asks for at first
_DATA = "/api/v1/chart/data"


@dataclass(frozen=True, slots=True)
class Question:
    """A chart of a dashboard as opened, or a filter; ``context`` is asked over REST."""

    title: str
    context: str
    statements: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each chart and print the slowest; return 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocs", type=int, default=100)
    parser.add_argument("--years", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--data", type=Path, help="a published warehouse to take")
    chosen = parser.parse_args(arguments)
    with _warehouse(chosen.data, Size(chosen.blocs, chosen.years)) as settings:
        running = server.start(settings)
        try:
            admin = server.administrator(settings)
            bloc = _some_bloc(settings)
            password = add_user(
                settings,
                admin,
                read_roles(settings.project_dir),
                _OFFICER,
                blocs=[bloc],
                by="bench",
            )
            officer = SupersetApi(running.address, _OFFICER, password)
            people = {ADMIN: (admin, "bi_reader"), bloc: (officer, _OFFICER)}
            try:
                return _measure(settings, people, chosen.repeats, sys.stdout)
            finally:
                remove_user(settings, admin, _OFFICER)
        finally:
            server.stop(settings)


def _measure(
    settings: Settings,
    people: Mapping[str, tuple[SupersetApi, str]],
    repeats: int,
    out: TextIO,
) -> int:
    missed = 0
    charts = list(_questions(people[ADMIN][0], settings))
    for person, (api, login) in people.items():
        in_sql = {chart: _in_sql(settings, login, chart, repeats) for chart in charts}
        over_rest = {chart: _over_rest(api, chart, repeats) for chart in charts}
        print(f"\n{person}: p50 and p95 in ms, in SQL and over REST", file=out)
        for chart in sorted(charts, key=lambda chart: -_p95(in_sql[chart])):
            print(
                f"  {chart.title:74.74} {_middle(in_sql[chart]):8.1f}"
                f" {_p95(in_sql[chart]):8.1f} {_middle(over_rest[chart]):8.0f}"
                f" {_p95(over_rest[chart]):8.0f}",
                file=out,
                flush=True,
            )
            missed += _p95(in_sql[chart]) > GOAL_SQL
            missed += _p95(over_rest[chart]) > GOAL_REST
        for name, taken, goal in (
            ("in SQL", in_sql, GOAL_SQL),
            ("over REST", over_rest, GOAL_REST),
        ):
            each = [_p95(times) for times in taken.values()]
            print(
                f"  {person}, {name}, over {counted(len(each), 'question')}: median of"
                f" their p95 {_middle(each):.0f}, p95 {_p95(each):.0f}, slowest"
                f" {max(each):.0f} ms; {sum(p95 > goal for p95 in each)} above {goal}",
                file=out,
            )
        slowest = sorted(charts, key=lambda chart: -_p95(in_sql[chart]))[:_SLOWEST]
        for chart in slowest:
            print(f"\n{person}: {chart.title}", file=out)
            for statement in chart.statements:
                print(f"{statement}\n{_plan(settings, login, statement)}", file=out)
    print(f"\n{missed} of the goals missed", file=out)
    return 1 if missed else 0


@contextmanager
def _warehouse(given: Path | None, size: Size) -> Iterator[Settings]:
    if given is not None:
        yield Settings.from_environment({"BLOC_DATA_DIR": str(given.resolve())})
        return
    with bench_server() as settings:
        last = 2013 + size.years
        make_lists(settings, size, last)
        prepare(settings)
        years = range(2014, last + 1)
        kinds = ("Q1", "H1", "M9", "Y")
        fill(settings, [f"{year}-{kind}" for year in years for kind in kinds], "first")
        stage(settings)
        build_marts(settings)
        take_as_checked(settings)
        published(settings)
        yield settings


def _questions(api: SupersetApi, settings: Settings) -> Iterator[Question]:
    assets = project_assets(settings)
    charts = _numbers(api, "chart", "slice_name")
    datasets = _numbers(api, "dataset", "table_name")
    for dashboard in assets.dashboards.values():
        preset = _preset(settings, assets, dashboard)
        shown = (item.chart for row in dashboard.all_rows() for item in row.items)
        for name in filter(None, shown):
            chart = assets.charts[name]
            path = f"/api/v1/chart/{charts[chart.slice_name]}"
            saved = api.call("GET", path)["result"]
            context = json.loads(saved["query_context"])
            for query in context["queries"]:
                query["filters"] += [
                    {"col": column, "op": "IN", "val": values}
                    for column, values in preset.items()
                    if column in assets.columns[chart.dataset]
                ]
            title = f"{dashboard.dashboard_title}: {chart.slice_name}"
            yield _question(api, title, context)
        for wanted in dashboard.filters:
            choices = {
                "columns": [wanted.column],
                "metrics": [],
                "orderby": [[wanted.column, not wanted.sort_descending]],
                "row_limit": _CHOICES,
            }
            yield _question(
                api,
                f"{dashboard.dashboard_title}: choices of the filter {wanted.name}",
                {
                    "datasource": {"id": datasets[wanted.dataset], "type": "table"},
                    "queries": [choices],
                    "result_format": "json",
                    "result_type": "full",
                },
            )


def _question(api: SupersetApi, title: str, context: dict[str, Any]) -> Question:
    answer = api.call("POST", _DATA, context | {"result_type": "query"})
    statements = tuple(part["query"] for part in answer["result"])
    return Question(title, json.dumps(context | {"force": True}), statements)


def _numbers(api: SupersetApi, kind: str, column: str) -> dict[str, int]:
    """Return the numbers that Superset gave charts or datasets, by their names."""
    rows = api.rows(f"/api/v1/{kind}/", columns=("id", column))
    return {row[column]: row["id"] for row in rows}


def _preset(
    settings: Settings, assets: Assets, dashboard: Dashboard
) -> dict[str, list[Any]]:
    """Return what the dashboard's filters are set to when somebody opens it."""
    values = {wanted.column: list(wanted.default) for wanted in dashboard.filters}
    with _session(settings, "bi_reader") as connection:
        for wanted in dashboard.filters:
            if wanted.first_by_default:
                schema = assets.datasets[wanted.dataset].relation_schema
                first = connection.execute(
                    sql.SQL("select min({}) from {}").format(
                        sql.Identifier(wanted.column),
                        sql.Identifier(schema, wanted.dataset),
                    )
                ).fetchone()
                values[wanted.column] = list(first or ())
    return {column: chosen for column, chosen in values.items() if chosen}


def _some_bloc(settings: Settings) -> str:
    with _session(settings, "bi_reader") as connection:
        query = "select min(bloc_code) from marts.dim_units"
        row = connection.execute(query).fetchone()
    return str(row[0]) if row else ""


def _session(settings: Settings, login: str) -> psycopg.Connection:
    return psycopg.connect(
        embedded.start(settings.data_dir).url("dw"),
        user=login,
        password="",
        passfile=str(passwords_file(settings)),
        autocommit=True,
    )


def _in_sql(
    settings: Settings, login: str, chart: Question, repeats: int
) -> list[float]:
    with _session(settings, login) as connection:

        def ask() -> None:
            for statement in chart.statements:
                connection.execute(statement.encode()).fetchall()

        return _timed(ask, repeats)


def _over_rest(api: SupersetApi, chart: Question, repeats: int) -> list[float]:
    context = json.loads(chart.context)
    return _timed(lambda: api.call("POST", _DATA, context), repeats)


def _timed(ask: Callable[[], object], repeats: int) -> list[float]:
    """Return how long it took each time, in ms; the first time does not count."""
    taken = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - start) * 1000)
    return taken[1:]


def _plan(settings: Settings, login: str, statement: str) -> str:
    with _session(settings, login) as connection:
        explained = f"explain (analyze, buffers, format text) {statement}"
        rows = connection.execute(explained.encode()).fetchall()
    return "\n".join(line for (line,) in rows)


def _middle(taken: Sequence[float]) -> float:
    return statistics.median(taken)


def _p95(taken: Sequence[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


if __name__ == "__main__":
    sys.exit(main())
