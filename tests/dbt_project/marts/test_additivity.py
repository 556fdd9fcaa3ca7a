"""Nothing in a fact adds up wrongly: whoever sums a column gets what the units stated.

Two units state random figures in every column of every form, for a year and a half;
what sums have to give is worked out from what was sent.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice, product
from typing import Any

import pytest
from tests.conftest import _execute
from tests.dbt_project.world import Row, World

from bloc_warehouse.build import transform
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.forms.model import Column
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.history.facts import facts

UNITS = ("LAN-001", "LAN-002")
OFFICE = "LAN-VP"
PERIODS = ("2023-Q1", "2023-H1", "2023-M9", "2023-Y", "2024-Q1", "2024-H1")
NUMERIC = ("integer", "bigint", "numeric", "double precision")
# numbers that say what a row is of
KEYS = {
    "period_key", "period_year", "from_year", "to_year", "merit_from_year",
    "merit_to_year", "submission_id",
}  # fmt: skip
SUMS = {
    name: parts
    for fact in facts(load_registry()).values()
    for name, parts in fact.sums.items()
}
Lines = Sequence[dict[str, Any]]
Amounts = Mapping[tuple[Any, ...], int]


def measures(model: Mapping[str, Any]) -> list[str]:
    """Return the numbers of a fact that somebody may add up."""
    return [
        name
        for name, column in model["columns"].items()
        if column["data_type"].startswith(NUMERIC)
        and name not in KEYS
        and not name.startswith("_")
    ]


def models(manifest: Mapping[str, Any], additivity: str) -> dict[str, list[str]]:
    """Return the facts that add up in this way, and their measures."""
    return {
        node["name"]: measures(node)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["config"]["meta"].get("additivity") == additivity
    }


class Sent:
    """What the units stated, by table, unit and period."""

    def __init__(self, world: World) -> None:
        """Send every form for every period."""
        self.lines: dict[tuple[str, str, str], Lines] = {}
        self._random = random.Random(7)  # noqa: S311 - the same figures each time
        for form in load_registry().latest:
            if form.name == "bloc_summary":
                continue
            senders = UNITS if "unit" in form.senders else (OFFICE,)
            for unit, year in product(senders, ("2023", "2024")):
                periods = [one for one in PERIODS if one.startswith(year)]
                if form.name == "admission_plan":
                    periods = [f"{year}-Y"]
                elif form.name == "ratings":
                    periods = [one for one in periods if one.endswith("Y")]
                self._send(world, form.name, unit, periods)

    def _send(self, world: World, form: str, unit: str, periods: Sequence[str]) -> None:
        tables = load_registry().form(form).tables
        told: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        for period in periods:
            lines: dict[str, Sequence[Row]] = {}
            for table in tables:
                columns = load_registry().raw_tables()[table.name]
                made = [
                    {**breakdown, **self._figures(columns, told, (table.name, number))}
                    for number, breakdown in enumerate(_breakdowns(columns, period))
                ]
                lines[table.name] = made
                self.lines[table.name, unit, period] = made
            world.send(unit, form, period, received="2024-07-05", **lines)

    def _figures(
        self,
        columns: Mapping[str, Column],
        told: defaultdict[tuple[Any, ...], int],
        line: tuple[Any, ...],
    ) -> dict[str, int]:
        figures = {}
        for name, column in columns.items():
            if column.is_key or column.type != "count":
                continue
            figures[name] = self._random.randint(1, 99)
            if column.nature == "flow":
                told[*line, name] += figures[name]
                figures[name] = told[*line, name]
        return figures

    def amounts(self, table: str, measure: str) -> Iterator[tuple[str, str, int]]:
        """Yield unit, period and what its lines state in all."""
        for (its, unit, period), lines in self.lines.items():
            if its == table:
                yield (
                    unit,
                    period,
                    sum(line[part] for line in lines
                        for part in SUMS.get(measure, (measure,))),
                )  # fmt: skip


def _breakdowns(columns: Mapping[str, Column], period: str) -> list[dict[str, Any]]:
    """Return two lines' breakdowns, or one where a table has no keys."""
    keys = [column for column in columns.values() if column.is_key]
    year = int(period[:4])
    if "scope" in columns:
        return [
            *(
                {"scope": "unit_year", "planned_unit_code": unit, "from_year": year,
                 "to_year": year} for unit in UNITS
            ),
            {"scope": "bloc_term", "planned_unit_code": None, "from_year": year,
             "to_year": year + 4},
        ]  # fmt: skip
    values = [
        [year - 1, year - 1] if key.type == "year"
        else [value.code for value in key.values]
        for key in keys
    ]  # fmt: skip
    return [
        dict(zip([key.name for key in keys], line, strict=True))
        for line in islice(zip(*values, strict=False), 2)
    ] or [{}]


@pytest.fixture(scope="module")
def office(
    copies: Callable[[], World], server: embedded.Server
) -> Iterator[tuple[World, Sent]]:
    """A world in which two units state something in every column."""
    world = copies()
    with connect("ingest", settings=world.settings) as connection:
        connection.execute("delete from reference.ref_obligations")
        connection.execute("truncate raw.submissions cascade")
        connection.cursor().executemany(
            "insert into reference.ref_obligations"
            " values (%s, %s, %s, %s, %s, null, 15)",
            [
                ("LAN", form, "unit", kind, f"2023-{kind}")
                for form in ("membership", "admissions", "inspections", "ratings")
                for kind in (("Y",) if form == "ratings" else ("Q1", "H1", "M9", "Y"))
            ],
        )
    sent = Sent(world)
    transform.stage(world.settings, full=True)
    transform.build_marts(world.settings)
    yield world, sent
    name = world.settings.warehouse_url.get_secret_value().rpartition("/")[2]
    _execute(server, "drop database {} with (force)", name)


def rows(world: World, query: str, *values: object) -> list[tuple[Any, ...]]:
    with connect("transform", settings=world.settings) as connection:
        connection.execute("set search_path to marts_candidate")
        return connection.execute(query.encode(), values).fetchall()


def summed(
    world: World, fact: str, columns: Sequence[str], *by: str, only: str = "true"
) -> Amounts:
    """Return what somebody gets who adds up each column, by measure and others."""
    found = rows(
        world,
        f"select measure, {', '.join(by)}, sum(amount::numeric)::bigint"
        f" from {fact}, lateral jsonb_each_text(to_jsonb({fact}))"
        " as measures (measure, amount) where measure = any(%s) and amount is not null"
        f" and {only} group by measure, {', '.join(by)}",
        list(columns),
    )
    return {tuple(key): amount for *key, amount in found}


def test_every_fact_says_how_its_numbers_add_up(manifest: Mapping[str, Any]) -> None:
    said = {kind: models(manifest, kind) for kind in ("additive", "over_units", "none")}
    names = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["name"].startswith("fct_")
    }
    assert names == {name for facts_said in said.values() for name in facts_said}
    assert {name for name in names if name.endswith("_versions")} == set(said["none"])


def test_what_is_additive_gives_the_year_when_it_is_summed(
    manifest: Mapping[str, Any], office: tuple[World, Sent]
) -> None:
    world, sent = office
    known = facts(load_registry())
    for name, columns in models(manifest, "additive").items():
        if not columns or known[name].is_withheld_in_part:
            continue  # of discipline readers get a few years whole, or nothing
        expected: dict[tuple[Any, ...], int] = {}
        scope = known[name].same_in_all.get("scope")
        for measure in columns:
            for unit, period, amount in sent.amounts(known[name].table, measure):
                lines = sent.lines[known[name].table, unit, period]
                if scope:
                    amount = sum(
                        line[measure] for line in lines if line["scope"] == scope
                    )
                # what the last return of the year says, they come in order
                expected[measure, unit, period_of(period).year] = amount
        assert len(expected) >= 2 * len(columns)
        found = summed(world, name, columns, "reporting_unit_code", "period_year")
        assert found == expected, name


def test_what_stands_on_a_day_adds_up_over_units(
    manifest: Mapping[str, Any], office: tuple[World, Sent]
) -> None:
    world, sent = office
    known = facts(load_registry())
    for name, columns in models(manifest, "over_units").items():
        expected: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        for measure in columns:
            for _, period, amount in sent.amounts(known[name].table, measure):
                expected[measure, period_of(period).end] += amount
        assert len(expected) >= len(columns)
        assert summed(world, name, columns, "interval_end") == expected, name
        last = max(day for _, day in expected)
        current = summed(world, name, columns, "bloc_code", only="is_current")
        assert current == {
            (measure, "LAN"): amount
            for (measure, day), amount in expected.items()
            if day == last
        }, name  # fmt: skip


@pytest.mark.parametrize(
    ("indicator", "fact", "column"),
    [
        ("members_admitted", "fct_admissions", "admitted_total"),
        ("inspection_turns", "fct_inspections", "done"),
    ],
)
def test_a_flow_summed_by_year_is_the_blocs_total(
    office: tuple[World, Sent], indicator: str, fact: str, column: str
) -> None:
    world, _ = office
    totals = rows(
        world,
        "select period_year, computed_total from rpt_bloc_totals where indicator = %s"
        " and bloc_code = 'LAN' and is_year_end and computed_total is not null",
        indicator,
    )
    assert totals == rows(
        world,
        f"select period_year, sum({column})::bigint from {fact}"
        " where bloc_code = 'LAN' and period_year = 2023 group by 1",
    )


def test_members_of_each_flagged_day_are_the_blocs_total(
    office: tuple[World, Sent],
) -> None:
    world, _ = office
    for flag in ("is_month_end", "is_quarter_end", "is_year_end", "is_current"):
        stocks = rows(
            world,
            "select interval_end, sum(closing_total)::bigint from fct_membership_stocks"
            f" where bloc_code = 'LAN' and {flag} group by 1 order by 1",
        )
        totals = rows(
            world,
            "select period_end, computed_total from rpt_bloc_totals where"
            " indicator = 'member_count' and bloc_code = 'LAN' and is_complete"
            " and period_end = any(%s) order by 1",
            [day for day, _ in stocks],
        )
        assert stocks == totals, flag
    assert [day for day, _ in stocks] == [date(2024, 6, 30)]
    assert totals == rows(
        world,
        "select period_end, computed_total from rpt_bloc_totals"
        " where indicator = 'member_count' and bloc_code = 'LAN' and is_current",
    )


def test_nothing_is_counted_twice_where_a_filter_is_forgotten(
    office: tuple[World, Sent],
) -> None:
    """The members of a year, lineage totals, and returns beside their unit."""
    world, sent = office
    year_end = sum(
        amount
        for _, period, amount in sent.amounts("membership", "closing_total")
        if period == "2023-Y"
    )
    assert rows(
        world,
        "select sum(closing_total)::bigint from fct_membership_stocks"
        " where period_year = 2023 and is_year_end",
    ) == [(year_end,)]
    for lineage in ("rpt_historical_totals", "rpt_current_totals"):
        assert rows(
            world,
            f"select sum(total)::bigint from {lineage} where figure = 'member_count'"
            " and period_code = '2023-Y'",
        ) == [(year_end,)]
    assert rows(
        world, "select count(*) from fct_returns inner join dim_units using (unit_key)"
    ) == rows(world, "select count(*) from fct_returns")
