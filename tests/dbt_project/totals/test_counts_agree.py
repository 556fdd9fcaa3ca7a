"""Every table's count of units is one count, over random histories of returns.

Ten blocs of three units owe and send what a seed draws, and one of the three ends in
the middle of the year. What is expected is told here once more from the returns alone.
Each unit's last cumulative return comes after a first build, and makes nothing worse.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, LiteralString

import pytest
from tests.conftest import _execute
from tests.dbt_project.conftest import build
from tests.dbt_project.world import World, membership

from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.periods import CUMULATIVE, MONTHS, Period, period_of
from bloc_warehouse.domain.units import Bloc, Span
from bloc_warehouse.history.totals import Question
from bloc_warehouse.history.trace_total import trace_total
from bloc_warehouse.reference.apply import apply
from bloc_warehouse.reference.expected import FORMS_WITH_FLOWS, dues_of, owed_by

QUARTERS = (*CUMULATIVE, "Q2", "Q3", "Q4")
FORMS = ("membership", "admissions", "inspections")
BLOCS = tuple(f"B{number:02}" for number in range(10))
YEAR = (date(2024, 1, 1), date(2024, 12, 31))
KEYS = {"body": "cell", "subject": "member", "kind": "thematic_supervision"}


Rows = dict[tuple[Any, ...], tuple[Any, ...]]


@dataclass(frozen=True)
class Made:
    """What was drawn: who owes what, who sent what, who ends when; the first build."""

    world: World
    owed: dict[tuple[str, str], list[str]]  # bloc and form → types of periods
    sent: dict[tuple[str, str], list[str]]  # unit and form → types of periods
    ends: dict[str, date]
    first: list[Rows] = field(default_factory=list)


@pytest.fixture(scope="module")
def made(
    copies: Callable[[], World],
    server: embedded.Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Made]:
    first = copies()
    folder = Path(tmp_path_factory.mktemp("counts"))
    world = World(first.settings.with_changes(reference_dir=folder), sent=1000)
    world.list("ref_published_totals", [])
    drawn = draw(world, random.Random(11))  # noqa: S311
    write_lists(drawn)
    apply(world.settings, by="test")
    send_all(drawn, are_last=False)
    build(world)
    world.publish()
    drawn.first.extend([totals(drawn), stocks(drawn)])
    send_all(drawn, are_last=True)
    build(world)
    world.publish()
    yield drawn
    name = world.settings.warehouse_url.get_secret_value().rpartition("/")[2]
    _execute(server, "drop database {} with (force)", name)


def draw(world: World, rng: random.Random) -> Made:
    owed, sent = {}, {}
    ends = {
        f"{bloc}-1": YEAR[0] + timedelta(rng.choice([45, 91, 134, 182, 200, 319, 365]))
        for bloc in BLOCS
    }
    for bloc in BLOCS:
        for form in FORMS:
            kinds = list(QUARTERS)
            if form == "inspections" and rng.random() < 0.5:
                kinds = [*MONTHS, *CUMULATIVE]
            owed[bloc, form] = sorted(rng.sample(kinds, rng.randint(1, 4)))
            for unit in units_of(bloc):
                kinds_sent = MONTHS + QUARTERS if form == "inspections" else QUARTERS
                count = rng.randint(0, len(kinds_sent) - 2)
                sent[unit, form] = sorted(rng.sample(kinds_sent, count))
    return Made(world, owed, sent, ends)


def units_of(bloc: str) -> list[str]:
    return [f"{bloc}-{number}" for number in (1, 2, 3)]


def send_all(made: Made, *, are_last: bool) -> None:
    """Send each unit's last cumulative return, or all others; one is done a month."""
    for (unit, form), kinds in made.sent.items():
        cumulative = [kind for kind in CUMULATIVE if kind in kinds]
        for kind in kinds:
            if (kind in cumulative[-1:]) == are_last:
                period = period_of(f"2024-{kind}")
                lines = {form: row(form, period)}
                made.world.send(unit, form, period.code, received="2025-08-01", **lines)


def row(form: str, period: Period) -> list[Any]:
    before, until = period.start.month - 1, period.end.month
    if form == "membership":
        return list(membership(40 + before, 40 + until))
    if form == "admissions":
        return [{"admitted_total": until - before}]
    return [{**KEYS, "done": until - before}]


def write_lists(made: Made) -> None:
    made.world.list(
        "ref_blocs",
        [
            {"bloc_code": bloc, "bloc_name": bloc, "valid_from": "2010-01-01"}
            for bloc in BLOCS
        ],
    )
    made.world.list(
        "ref_units",
        [
            {"unit_code": unit, "unit_name": unit, "bloc_code": bloc,
             "unit_kind": "cbcs", "valid_from": "2010-01-01"}
            for bloc in BLOCS for unit in units_of(bloc)
        ],
    )  # fmt: skip
    made.world.list(
        "ref_unit_events",
        [
            {"event_id": unit, "event_type": "dissolve", "status": "effective",
             "effective_date": str(day), "unit_code": unit}
            for unit, day in made.ends.items()
        ],
    )  # fmt: skip
    made.world.list("ref_obligations", obligations(made))
    made.world.list("ref_terms", [])


def obligations(made: Made) -> list[dict[str, Any]]:
    return [
        {"bloc_code": bloc, "form": form, "owed_by": "unit", "period_type": kind,
         "first_period": f"2024-{kind}", "last_period": f"2024-{kind}",
         "due_days": 15}
        for (bloc, form), kinds in made.owed.items() for kind in kinds
    ]  # fmt: skip


def owing(made: Made, unit: str, form: str) -> list[Period]:
    """The periods that a unit owes: while it is there, and a last one."""
    periods = sorted(
        (period_of(f"2024-{kind}") for kind in made.owed[unit[:3], form]),
        key=lambda period: period.end,
    )
    ends = made.ends.get(unit, date.max)
    owed = [period for period in periods if period.end < ends]
    holding = [
        period
        for period in periods
        if period.start < ends <= period.end
        and not any(before.end == ends - timedelta(1) for before in owed)
    ]
    last = [span for span in holding if span.end == holding[0].end]
    return owed + (last if form != "membership" else [])


def known_ends(made: Made, unit: str, form: str) -> set[date]:
    """The days to which the unit's figures of the year are known."""
    returns = [period_of(f"2024-{kind}") for kind in made.sent[unit, form]]
    known = {YEAR[0] - timedelta(1)}
    for period in sorted(returns, key=lambda period: period.end):
        if period.start - timedelta(1) in known:
            known.add(period.end)
    return known


def is_reported(made: Made, unit: str, form: str, period: Period) -> bool:
    """Whether the figures are known to the period's end, a month's by its quarter."""
    return period.end in known_ends(made, unit, form)


def counts(
    made: Made, form: str, bloc: str, first: date, last: date
) -> tuple[int, int]:
    """How many units have reported what they owe in these days, and how many owe."""
    reported = expected = 0
    for unit in units_of(bloc):
        due = [
            span.end for span in owing(made, unit, form) if first <= span.end <= last
        ]
        if due:
            expected += 1
            reported += any(
                max(due) <= end <= last for end in known_ends(made, unit, form)
            )
    return reported, expected


def totals(made: Made) -> Rows:
    return asked(
        made,
        "select bloc_code, period_code, indicator, units_reported, units_expected,"
        " computed_total, is_complete from rpt_bloc_totals",
    )


def stocks(made: Made) -> Rows:
    return asked(
        made,
        "select reporting_unit_code, interval_end, closing_total, 0"
        " from fct_membership_stocks",
    )


def asked(made: Made, statement: LiteralString) -> Rows:
    """What is published: the columns before the last two → these two."""
    with connect("transform", settings=made.world.settings) as connection:
        connection.execute("set search_path to marts")
        rows = connection.execute(statement).fetchall()
    return {row[:-2]: row[-2:] for row in rows}


def test_reporting_rates_count_what_leads_to_the_periods_end(made: Made) -> None:
    found = asked(
        made,
        "select bloc_code, form, period_code, units_reported, units_expected"
        " from rpt_reporting_rates",
    )
    expected: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    for unit, form in made.sent:
        for period in owing(made, unit, form):
            is_known = period.end in known_ends(made, unit, form)
            expected[unit[:3], form, period.code].append(is_known)
    assert found == {key: (sum(known), len(known)) for key, known in expected.items()}
    assert (
        asked(
            made,
            "select bloc_code, form, period_code, count(*) filter"
            " (where is_reported), count(*) from fct_returns"
            " where is_expected group by bloc_code, form, period_code",
        )
        == found
    )
    # each unit is in one column
    assert not asked(
        made,
        "select bloc_code, form, period_code, 0, 0 from rpt_reporting_rates where"
        " units_reported + units_waiting + units_held + units_rejected + units_missing"
        " + units_not_due <> units_expected",
    )


def test_a_return_of_a_cumulative_period_is_accepted_where_its_figures_count(
    made: Made,
) -> None:
    states = asked(
        made,
        "select unit_code, form, period_code, state, is_reported"
        " from fct_returns where is_expected"
        " and period_type in ('Q1', 'H1', 'M9', 'Y')",
    )
    assert states
    wrong = {
        key: found
        for key, found in states.items()
        if (found[0] == "accepted") != bool(found[1])
    }
    assert wrong == {}
    led = [
        key
        for key, found in states.items()
        if found[0] == "accepted" and key[2][5:] not in made.sent[key[:2]]
    ]
    assert led, "some half-year should be known by its quarters alone"


def test_totals_and_lineage_count_the_same_units(made: Made) -> None:
    found = asked(
        made,
        "select bloc_code, form, accrual, period_code, units_reported, units_expected"
        " from rpt_bloc_totals inner join reference.ref_summary_indicators"
        " using (indicator)",
    )
    assert len(found) > 50
    expected = {}
    for bloc, form, accrual, code in found:
        period = period_of(code)
        first = period.end if accrual == "stock" else period.start
        expected[bloc, form, accrual, code] = counts(
            made, form, bloc, first, period.end
        )
    assert found == expected
    # where the very period is owed, its rate counts the units of a stock's total
    rates = asked(
        made,
        "select bloc_code, form, period_code, units_reported, units_expected"
        " from rpt_reporting_rates where form = 'membership'"
        " and period_type in ('Q1', 'H1', 'M9', 'Y')",
    )
    stocks_counted = {(key[0], key[1], key[3]): row for key, row in found.items()}
    assert {key: stocks_counted[key] for key in rates} == rates
    lineage = asked(
        made,
        "select bloc_code, form, period_code, units_reported, units_expected"
        " from rpt_historical_totals",
    )
    assert lineage
    for (bloc, form, code), row in lineage.items():
        last = period_of(code).end
        assert row == counts(made, form, bloc, last, last), (bloc, form, code)


def test_a_unit_that_ends_owes_a_last_return_or_the_total_is_not_complete(
    made: Made,
) -> None:
    missing = 0
    for bloc in BLOCS:
        unit = f"{bloc}-1"
        (last,) = {span.end for span in owing(made, unit, "admissions")[-1:]} or {None}
        if last is None or last < made.ends[unit] or last.month not in (3, 6, 9, 12):
            continue
        [(_, is_complete)] = (
            asked(
                made,
                "select bloc_code, period_code, indicator, 0, is_complete"
                " from rpt_bloc_totals",
            )[bloc, f"2024-{CUMULATIVE[last.month // 3 - 1]}", "members_admitted"],
        )
        if last not in known_ends(made, unit, "admissions"):
            missing += 1
            assert not is_complete
    assert missing


def test_the_lists_and_the_facts_agree_on_what_is_owed(made: Made) -> None:
    spans = [
        Span(unit, bloc, "cbcs", None, unit, date(2010, 1, 1), made.ends.get(unit))
        for bloc in BLOCS
        for unit in units_of(bloc)
    ]
    blocs = {bloc: Bloc(bloc, date(2010, 1, 1), None) for bloc in BLOCS}
    owed = owed_by(spans, dues_of(obligations(made)), blocs)
    found = asked(
        made,
        "select unit_code, form, period_code, 0, 0 from fct_returns where is_expected",
    )
    assert found.keys() == owed
    flows = asked(
        made,
        "select form, 0, 0 from reference.ref_summary_indicators"
        " where accrual = 'flow'",
    )
    assert {form for (form,) in flows} == FORMS_WITH_FLOWS


def test_the_units_missing_from_a_total_are_those_not_counted(made: Made) -> None:
    totals = asked(
        made,
        "select bloc_code, period_code, indicator, units_reported, units_expected"
        " from rpt_bloc_totals where indicator in ('members_admitted',"
        " 'inspection_turns')",
    )
    for (bloc, period, indicator), (reported, expected) in totals.items():
        asked_for = Question(bloc, period)
        traced = trace_total(made.world.settings, asked_for, indicator)
        assert len(traced.missing) == expected - reported
        assert traced.adds_up


def test_a_right_later_return_makes_no_earlier_total_worse(made: Made) -> None:
    before, stocks_before = made.first
    after, stocks_after = totals(made), stocks(made)
    gained = 0
    for (*key, reported, expected), (total, is_complete) in before.items():
        [(reported_after, total_after, complete_after)] = [
            (found_key[3], *found)
            for found_key, found in after.items()
            if list(found_key[:3]) == key and found_key[4] == expected
        ]
        assert reported_after >= reported, key
        gained += reported_after > reported
        if is_complete:
            assert (total_after, complete_after) == (total, True), key
    assert gained > 10
    assert len(stocks_after) > len(stocks_before)
    for key, found in stocks_before.items():
        assert stocks_after.get(key) == found, key
