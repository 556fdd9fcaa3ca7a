"""Blanks drawn at random: no total takes one for 0, and each says how many it lacks.

What is right is counted here from what was drawn, without a model: a unit's word on a
figure is its last cumulative return that has one, and what it said on its own days
since.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from random import Random

import pytest
from tests.conftest import _execute
from tests.dbt_project.conftest import LINEAGE_TOTALS, query
from tests.dbt_project.world import Row, World

from bloc_warehouse.build import transform
from bloc_warehouse.cli.totals import history as history_command
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.history.totals import Question, published_totals, totals_seen
from bloc_warehouse.history.trace_total import trace_total

BLOC, YEARS, TERM = "LAN", range(2018, 2025), range(2021, 2025)
UNITS = ("LAN-001", "LAN-002")
ENDS = {"Q1": 3, "H1": 6, "M9": 9, "Y": 12}
STOCKS = {
    "member_count": "closing_total",
    "members_female": "closing_female",
    "members_ethnic": "closing_ethnic",
}
FLOWS = {
    "members_admitted": "admitted_total",
    "members_admitted_female": "admitted_female",
    "members_admitted_ethnic": "admitted_ethnic",
}
RATES = {
    "members_female": ("members_female", "member_count"),
    "admissions_female": ("members_admitted_female", "members_admitted"),
}
# which periods of a year a unit sends: an interval ends with each
WAYS: tuple[tuple[str, ...], ...] = (
    ("Q1", "H1", "M9", "Y"),
    ("H1", "Y"),
    ("Q1", "H1", "Q3", "Q4"),
    ("Q1", "Q2"),
    ("Q1", "Q2", "Q3", "Q4"),
    ("Y",),
    (),
)
BLANK, NOT_APPLICABLE = "blank", "x"
Cell = int | str
Drawn = dict[tuple[str, str, str], Cell]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a total must be."""

    given: int | None
    blanks: int
    reported: int

    @property
    def total(self) -> int | None:
        return self.given if self.reported else None

    @property
    def is_partial(self) -> bool:
        return self.total is not None and bool(
            self.blanks or self.reported < len(UNITS)
        )


def end_of(period: str) -> int:
    """Return the month in which a period type ends."""
    return ENDS.get(period) or int(period[1]) * 3


@dataclass(frozen=True, slots=True)
class Year:
    """What two units sent in a year, and what it comes to."""

    membership: dict[str, tuple[str, ...]]
    admissions: dict[str, tuple[str, ...]]
    cells: Drawn

    @classmethod
    def drawn(cls, random: Random) -> "Year":
        """Draw which returns come, and each of their cells."""
        sent = {unit: random.choice(WAYS[:2] + WAYS[-1:]) for unit in UNITS}
        own = {unit: random.choice(WAYS) for unit in UNITS}
        share = random.choice((0.2, 0.5, 0.9))
        cells: Drawn = {}
        for periods, columns in ((sent, STOCKS), (own, FLOWS)):
            for unit, column in product(UNITS, columns.values()):
                said = 0
                for period in periods[unit]:
                    said += random.randrange(4)
                    cells[unit, period, column] = random.choices(
                        (said, BLANK, NOT_APPLICABLE),
                        (1 - share, share * 0.8, share * 0.2),
                    )[0]
        return cls(sent, own, cells)

    def stock(self, indicator: str, period: str) -> Expected:
        """Count a stock on a period's last day."""
        units = [unit for unit in UNITS if period in self.membership[unit]]
        cells = [self.cells[unit, period, STOCKS[indicator]] for unit in units]
        given = [value for value in cells if isinstance(value, int)]
        return Expected(sum(given) if given else None, cells.count(BLANK), len(units))

    def flow(self, indicator: str, period: str) -> Expected:
        """Count a flow from 1 January to a period's last day."""
        found = [self._flow(unit, FLOWS[indicator], period) for unit in UNITS]
        given = [total for total, _, _ in found if total is not None]
        reported = sum(is_reported for *_, is_reported in found)
        return Expected(
            sum(given) if given else None,
            sum(blanks for _, blanks, _ in found),
            reported,
        )

    def _flow(
        self, unit: str, column: str, period: str
    ) -> tuple[int | None, int, bool]:
        sent = [
            count for count in self.admissions[unit] if end_of(count) <= ENDS[period]
        ]
        total, blanks = None, 0
        for value in sent:
            cell = self.cells[unit, value, column]
            if not isinstance(cell, int):
                blanks += cell == BLANK
            elif value in ENDS:
                total, blanks = cell, 0
            else:
                total = (total or 0) + cell
        return total, blanks, any(end_of(count) == ENDS[period] for count in sent)


@pytest.fixture(scope="module")
def office(copies: Callable[[], World], server: embedded.Server) -> Iterator[World]:
    """Long An, whose two units owe members and admissions in every period."""
    world = copies()
    with connect("owner", settings=world.settings) as connection:
        connection.execute("truncate raw.files cascade")
        connection.execute("delete from reference.ref_obligations")
        connection.cursor().executemany(
            "insert into reference.ref_obligations (bloc_code, form, owed_by,"
            " period_type, first_period, last_period, due_days)"
            " values ('LAN', %s, 'unit', %s, %s, null, 10)",
            [
                (form, kind, f"{YEARS[0]}-{kind}")
                for form, kind in product(("membership", "admissions"), ENDS)
            ],
        )
    yield world
    _execute(
        server,
        "drop database {} with (force)",
        world.settings.warehouse_url.get_secret_value().rpartition("/")[2],
    )


@pytest.fixture(scope="module", params=range(3))
def years(request: pytest.FixtureRequest, office: World) -> dict[int, Year]:
    """Years of returns, built."""
    random = Random(request.param)  # noqa: S311
    drawn = {year: Year.drawn(random) for year in YEARS}
    with connect("owner", settings=office.settings) as connection:
        connection.execute("truncate raw.files cascade")
    for year, of_year in drawn.items():
        _send(office, year, of_year)
    transform.stage(office.settings, full=True)
    transform.build_marts(office.settings)
    return drawn


def _send(world: World, number: int, year: Year) -> None:
    for form, periods, columns in (
        ("membership", year.membership, STOCKS),
        ("admissions", year.admissions, FLOWS),
    ):
        for unit in UNITS:
            for period in periods[unit]:
                cells = {
                    column: year.cells[unit, period, column]
                    for column in columns.values()
                }
                row: Row = {
                    name: cell for name, cell in cells.items() if isinstance(cell, int)
                }
                absent = [name for name in cells if cells[name] == NOT_APPLICABLE]
                world.send(
                    unit,
                    form,
                    f"{number}-{period}",
                    received="2025-02-01",
                    **{form: [{**row, "not_applicable": absent}]},
                )


def _expected(years: dict[int, Year]) -> dict[tuple[str, str], Expected]:
    return {
        (f"{number}-{period}", indicator): (
            year.stock(indicator, period)
            if indicator in STOCKS
            else year.flow(indicator, period)
        )
        for number, year in years.items()
        for period in ENDS
        for indicator in (*STOCKS, *FLOWS)
    }


def test_totals_say_what_was_given_and_how_much_is_lacking(
    office: World, years: dict[int, Year]
) -> None:
    expected = _expected(years)
    found = {
        (period, indicator): tuple(rest)
        for period, indicator, *rest in query(
            office,
            "select period_code, indicator, computed_total, blank_count,"
            " units_reported, is_partial, is_complete from rpt_bloc_totals"
            " where bloc_code = 'LAN' and not indicator = any("
            "array['unit_count', 'unit_count_dbcs', 'unit_count_cbcs',"
            " 'admission_decisions', 'members_admitted_youth'])"
            " and period_year between 2018 and 2024",
        )
    }
    assert found == {
        key: (
            stated.total,
            stated.blanks,
            stated.reported,
            stated.is_partial,
            stated.total is not None and not stated.is_partial,
        )
        for key, stated in expected.items()
    }
    # what was drawn has all kinds: nothing, 0, a part, the whole
    kinds = {(stated.total is None, stated.is_partial) for stated in expected.values()}
    assert kinds == {(True, False), (False, True), (False, False)}
    assert any(stated.total is None and stated.blanks for stated in expected.values())
    assert 0 in {stated.total for stated in expected.values()}


@pytest.mark.parametrize("lineage_view", ["historical", "current"])
def test_lineage_totals_say_the_same(
    office: World, years: dict[int, Year], lineage_view: str
) -> None:
    expected = _expected(years)
    found = {
        (period, figure): (total, blanks, reported, is_partial)
        for said, period, figure, total, blanks, reported, is_partial in query(
            office,
            "select lineage_view, period_code, figure, total::integer, blank_count,"
            f" units_reported, is_partial from {LINEAGE_TOTALS}"
            " where bloc_code = 'LAN' and subject = 'all'",
        )
        if said == lineage_view and (period, figure) in expected
    }
    # where no return lists anything there is no row
    assert {key for key, outcome in expected.items() if outcome.reported} <= set(found)
    for key, told in found.items():
        stated = expected[key]
        assert told == (
            stated.total,
            stated.blanks,
            stated.reported,
            stated.is_partial,
        ), key


def test_rates_have_no_amount_where_there_is_none(
    office: World, years: dict[int, Year]
) -> None:
    expected = _expected(years)
    found = query(
        office,
        "select rate, period_code, amount, base_amount, rate_pct is null, blank_count,"
        " is_partial from rpt_bloc_rates where bloc_code = 'LAN'"
        " and rate in ('members_female', 'admissions_female') and period_year < 2025",
    )
    assert len(found) == len(RATES) * len(ENDS) * len(years)
    for rate, period, *told in found:
        amount, base = (expected[period, name] for name in RATES[rate])
        assert told == [
            amount.total,
            base.total,
            amount.total is None or not base.total,
            amount.blanks + base.blanks,
            amount.total is not None and (amount.is_partial or base.is_partial),
        ], (rate, period)


def test_a_terms_totals_add_up_what_was_given(
    office: World, years: dict[int, Year]
) -> None:
    found = query(
        office,
        "select indicator, total, blank_count, is_partial, is_complete,"
        " covered_until::text from rpt_term_totals where term = '2020-2025'"
        " and span_type = 'term'",
    )
    told = {indicator: tuple(rest) for indicator, *rest in found}
    for indicator in FLOWS:
        parts = [years[year].flow(indicator, "Y") for year in TERM]
        given = [part.given for part in parts if part.given is not None]
        assert told[indicator][:2] == (
            sum(given) if given else None,
            sum(part.blanks for part in parts),
        )
    for indicator in STOCKS:
        total, blanks, is_partial, _, day = told[indicator]
        period = {end: kind for kind, end in ENDS.items()}[int(day[5:7])]
        stock = years[int(day[:4])].stock(indicator, period)
        assert (total, blanks, is_partial) == (
            stock.total,
            stock.blanks,
            stock.is_partial,
        )


def test_a_claim_is_not_judged_by_a_part(office: World, years: dict[int, Year]) -> None:
    """000-4 is on Long An's members in the first half of 2024."""
    stock = years[2024].stock("member_count", "H1")
    ((reason, recomputed, blanks),) = query(
        office,
        "select reason, recomputed::integer, blank_count from rpt_published_totals"
        " where claim_id = '000-4'",
    )
    why = (
        "incomplete"
        if stock.reported < len(UNITS)
        else "blank"
        if stock.blanks
        else "no_figure"
        if stock.total is None
        else "differs"
    )
    assert (reason, blanks) == (why, stock.blanks)
    assert recomputed == (stock.total if why == "differs" else None)


def test_what_is_published_is_traced_shown_and_kept_with_its_blanks(
    office: World, years: dict[int, Year]
) -> None:
    assert office.publish().published
    settings = office.settings
    seen = datetime.now(UTC)
    for year, indicator in (
        (2024, "members_female"),
        (2023, "members_admitted_ethnic"),
    ):
        for period in ENDS:
            question = Question(BLOC, f"{year}-{period}")
            expected = _expected(years)[question.period, indicator]
            told = (expected.total, expected.blanks, expected.is_partial)
            traced = trace_total(settings, question, indicator)
            assert (traced.total, traced.blank_count, traced.is_partial) == told
            assert traced.adds_up, (question, indicator)
            published, _ = published_totals(settings, question)
            for totals in (published, totals_seen(settings, question, seen)):
                [total] = [row for row in totals if row.indicator == indicator]
                assert (
                    total.computed_total,
                    total.blank_count,
                    total.is_partial,
                ) == told
                assert not total.is_withheld
                with history_command.console.capture() as printed:
                    history_command._print_totals("", [total])
                assert ("partial" in printed.get()) is total.is_partial
