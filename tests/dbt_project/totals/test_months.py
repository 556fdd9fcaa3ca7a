"""Returns by month: what they make of facts, totals, completeness and traces."""

from collections.abc import Callable, Iterator
from typing import Any, LiteralString

import pytest
from tests.conftest import _execute
from tests.dbt_project.conftest import query
from tests.dbt_project.world import World

from bloc_warehouse.build import transform
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.name_lookup import UnknownNameError
from bloc_warehouse.history.totals import resolve
from bloc_warehouse.history.trace import Request, trace
from bloc_warehouse.history.trace_total import trace_total
from bloc_warehouse.publish.publish import publish

_KEYS = {"body": "cell", "subject": "member", "kind": "thematic_supervision"}
_OWED = ("T01", "T02", "T03", "T04", "T05", "T06")
_FACTS: LiteralString = (
    "select period_code, interval_start::text, interval_end::text, done,"
    " sum(done) over (partition by period_year order by interval_end)::integer"
    " from fct_inspections where reporting_unit_code = 'LAN-001' order by interval_end"
)
_TOTALS: LiteralString = (
    "select period_code, computed_total, units_reported, units_expected, is_complete"
    " from rpt_bloc_totals where indicator = 'inspection_turns' and bloc_code = 'LAN'"
    " order by period_code"
)
_LINEAGE: LiteralString = (
    "select period_code, total::integer, units_reported, units_expected"
    " from rpt_historical_totals where figure = 'inspection_turns'"
    " and subject = 'all' and bloc_code = 'LAN'"
    " order by period_code"
)
_STATES: LiteralString = (
    "select period_code, state from fct_returns where form = 'inspections'"
    " and unit_code = 'LAN-002' and is_due order by period_code"
)


@pytest.fixture
def office(copies: Callable[[], World], server: embedded.Server) -> Iterator[World]:
    """Long An, whose two units owe inspections by month in the first half of 2024."""
    world = copies()
    with connect("ingest", settings=world.settings) as connection:
        connection.cursor().executemany(
            "insert into reference.ref_obligations (bloc_code, form, owed_by,"
            " period_type, first_period, last_period, due_days)"
            " values ('LAN', 'inspections', 'unit', %s, %s, %s, 5)",
            [(kind, f"2024-{kind}", f"2024-{kind}") for kind in _OWED],
        )
    yield world
    _execute(
        server,
        "drop database {} with (force)",
        world.settings.warehouse_url.get_secret_value().rpartition("/")[2],
    )


def sent(world: World, unit: str, **done: int) -> None:
    """Send turns done, by period type."""
    for kind, turns in done.items():
        world.send(
            unit, "inspections", f"2024-{kind}", inspections=[{**_KEYS, "done": turns}]
        )


def built(world: World, *queries: LiteralString) -> list[list[tuple[Any, ...]]]:
    """Build everything, and ask."""
    transform.stage(world.settings, full=True)
    transform.build_marts(world.settings)
    return [query(world, name) for name in queries]


def test_months_add_up_to_the_quarter(office: World) -> None:
    sent(office, "LAN-001", T01=1, T02=2, T03=3, T04=4)
    sent(office, "LAN-002", T01=10, T02=20, T03=30)
    facts, totals, lineage = built(office, _FACTS, _TOTALS, _LINEAGE)
    assert facts == [
        ("2024-T01", "2024-01-01", "2024-01-31", 1, 1),
        ("2024-T02", "2024-02-01", "2024-02-29", 2, 3),
        ("2024-T03", "2024-03-01", "2024-03-31", 3, 6),
        ("2024-T04", "2024-04-01", "2024-04-30", 4, 10),
    ]
    # nobody has reported the half-year: its quarter's turns are no figure of it
    assert totals == [("2024-H1", None, 0, 2, False), ("2024-Q1", 66, 2, 2, True)]
    assert ("2024-Q1", 66, 2, 2) in lineage
    assert ("2024-H1", None, 0, 2) in lineage


def test_after_a_missing_month_nothing_counts_until_a_longer_return_comes(
    office: World,
) -> None:
    sent(office, "LAN-001", T01=1, T02=2, T03=3)
    sent(office, "LAN-002", T01=10, T03=30)
    totals, states = built(office, _TOTALS, _STATES)
    assert ("2024-Q1", 16, 1, 2, False) in totals
    assert states == [
        ("2024-T01", "accepted"),
        ("2024-T02", "missing"),
        ("2024-T03", "accepted"),
        *((f"2024-{kind}", "missing") for kind in ("T04", "T05")),
    ]
    sent(office, "LAN-002", Q1=60)
    [totals] = built(office, _TOTALS)
    assert ("2024-Q1", 66, 2, 2, True) in totals


def test_a_period_that_has_not_begun_has_no_row(office: World) -> None:
    """An obligation without an end: a year begins with the first file of it."""
    with connect("ingest", settings=office.settings) as connection:
        connection.execute(
            "insert into reference.ref_obligations values"
            " ('LAN', 'inspections', 'unit', 'H1', '2024-H1', null, 5),"
            " ('LAN', 'inspections', 'unit', 'Q3', '2024-Q3', null, 5)"
        )
    sent(office, "LAN-001", Q1=6)
    years = "select distinct period_year from {} where bloc_code = 'LAN' order by 1"
    tables = ("rpt_bloc_totals", "rpt_reporting_rates", "rpt_bloc_rates")
    assert built(office, *(years.format(name) for name in tables)) == [[(2024,)]] * 3
    rates: LiteralString = (
        "select distinct period_code from rpt_reporting_rates"
        " where form = 'inspections' order by 1"
    )
    assert built(office, rates) == [
        [("2024-H1",), ("2024-Q3",), *((f"2024-{kind}",) for kind in _OWED)]
    ]
    # another bloc's file: the year has begun for all, also in a build of what changed
    office.send("CQ-001", "admissions", "2024-Y", received="2025-01-01",
                admissions=[{"admitted_total": 1}])  # fmt: skip
    transform.stage(office.settings)
    transform.build_marts(office.settings)
    assert [query(office, years.format(name)) for name in tables] == [
        [(2024,), (2025,)], [(2024,), (2025,)], [(2024,)],
    ]  # fmt: skip
    assert query(
        office,
        "select distinct period_code from rpt_bloc_totals where period_year = 2025"
        " order by 1",
    ) == [("2025-H1",), ("2025-M9",)]


def test_a_quarter_replaces_its_months_and_a_half_year_both(
    office: World,
) -> None:
    sent(office, "LAN-001", T01=1, T02=2, T03=3, T04=4, T05=5, Q2=15)
    sent(office, "LAN-002", H1=80)
    facts, totals = built(office, _FACTS, _TOTALS)
    assert [fact[0] for fact in facts] == [
        "2024-T01", "2024-T02", "2024-T03", "2024-Q2",
    ]  # fmt: skip
    assert sum(fact[3] for fact in facts) == facts[-1][4] == 21
    assert totals == [("2024-H1", 101, 2, 2, True), ("2024-Q1", 6, 1, 2, False)]
    sent(office, "LAN-001", H1=22)
    facts, totals = built(office, _FACTS, _TOTALS)
    assert facts[-1] == ("2024-H1", "2024-04-01", "2024-06-30", 16, 22)
    assert [fact[0] for fact in facts[:-1]] == ["2024-T01", "2024-T02", "2024-T03"]
    # what was known of the first quarter stays
    assert totals == [("2024-H1", 102, 2, 2, True), ("2024-Q1", 6, 1, 2, False)]


def test_a_months_total_is_traced_to_each_month(office: World) -> None:
    sent(office, "LAN-001", Q1=6, T04=4, T05=5, T12=1)
    sent(office, "LAN-002", H1=1)
    built(office)
    with connect("ingest", settings=office.settings) as connection:
        connection.execute(
            "update quality.releases set audit_outcome = 'passed'"
            " where state = 'candidate'"
        )
    publish(office.settings, by="t")
    total = trace_total(
        office.settings,
        resolve(office.settings, "LAN", "2024-H1"),
        "inspection_turns",
    )
    assert [
        (addend.unit_code, addend.period_code, addend.amount)
        for addend in total.addends
    ] == [
        ("LAN-001", "2024-Q1", 6),
        ("LAN-001", "2024-T04", 4),
        ("LAN-001", "2024-T05", 5),
        ("LAN-002", "2024-H1", 1),
    ]
    assert (total.total, total.adds_up) == (16, True)
    left_out = Request("fct_inspections", "LAN-001", "2024-T12", "done", {})
    with pytest.raises(UnknownNameError, match="one before it is missing"):
        trace(office.settings, left_out)
