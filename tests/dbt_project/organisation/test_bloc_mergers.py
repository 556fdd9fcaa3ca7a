"""Blocs that are merged into others: whose figures count with which, and since when."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.conftest import _execute, database_of
from tests.dbt_project.conftest import build, query
from tests.dbt_project.world import World, membership

from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.readers import add_reader, remove_reader
from bloc_warehouse.history.totals import Question
from bloc_warehouse.history.trace_total import trace_total
from bloc_warehouse.reference.apply import apply

YEARS = range(2016, 2021)
# bloc → its first day, the first day without it, whose it is then
BLOCS = {
    "OLD": ("2010-01-01", None, None),
    "MID": ("2010-01-01", "2019-07-01", "OLD"),  # into one that was there already
    "LOW": ("2010-01-01", "2017-07-01", "MID"),  # and one that had gone into it before
    "NEW": ("2018-07-01", None, None),
    "ONE": ("2010-01-01", "2018-07-01", "NEW"),  # two make a third
    "TWO": ("2010-01-01", "2018-07-01", "NEW"),
    "FAR": ("2010-01-01", "2099-01-01", "OLD"),  # decided, not yet come
}
ADMITTED = {bloc: 10**place for place, bloc in enumerate(BLOCS)}


def counted(mergers: bool, bloc: str, year: int) -> int:
    """What a bloc's total of a year is, told from the blocs' days alone."""
    total, ends = 0, date(year, 12, 31)
    for other in BLOCS:
        code, counts = other, True
        while code != bloc:
            _, until, successor = BLOCS[code]
            if not (mergers and until and successor):
                counts = False
                break
            founded = BLOCS[successor][0] >= until
            counts &= founded or date.fromisoformat(until) <= ends
            code = successor
        if counts and _sent(other, year):
            total += ADMITTED[other]
    return total


def told(mergers: bool, bloc: str, year: int) -> int:
    """The same where the bloc told its year: a half-year alone is no figure of it."""
    is_half = not mergers and (BLOCS[bloc][1] or "").startswith(str(year))
    return 0 if is_half else counted(mergers, bloc, year)


def _sent(bloc: str, year: int) -> bool:
    """Whether its unit reported: the last time of 30 June, on which its bloc ends."""
    since, until, _ = BLOCS[bloc]
    return int(since[:4]) <= year and not (until and until[:4] < str(year))


@pytest.fixture(scope="module")
def merged(
    copies: Callable[[], World],
    server: embedded.Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """A unit a bloc, of which each admits as many a year; it ends with its bloc."""
    first = copies()
    folder = Path(tmp_path_factory.mktemp("mergers"))
    world = World(first.settings.with_changes(reference_dir=folder), sent=1000)
    world.list("ref_published_totals", [])
    for bloc, admitted in ADMITTED.items():
        for year in YEARS:
            if not _sent(bloc, year):
                continue
            is_last = (BLOCS[bloc][1] or "").startswith(str(year))
            period = f"{year}-H1" if is_last else f"{year}-Y"
            world.send(f"{bloc}-1", "admissions", period, received="2021-08-01",
                       admissions=[{"admitted_total": admitted}])  # fmt: skip
            world.send(f"{bloc}-1", "membership", period, received="2021-08-01",
                       membership=membership(admitted, admitted))  # fmt: skip
    yield world
    name = database_of(world.settings)
    _execute(server, "drop database {} with (force)", name)


def take_up(world: World, *, mergers: bool) -> None:
    """Put the lists in force and build; without mergers every bloc goes on."""
    world.list(
        "ref_blocs",
        [
            {"bloc_code": code, "bloc_name": code, "valid_from": since}
            | ({"valid_to": until, "successor_bloc_code": into} if mergers else {})
            for code, (since, until, into) in BLOCS.items()
        ],
    )
    world.list(
        "ref_units",
        [
            {"unit_code": f"{code}-1", "unit_name": code, "bloc_code": code,
             "unit_kind": "dbcs", "valid_from": since}
            for code, (since, *_) in BLOCS.items()
        ],
    )  # fmt: skip
    world.list("ref_unit_events", [])
    world.list(
        "ref_obligations",
        [
            {"bloc_code": code, "form": form, "owed_by": "unit", "period_type": kind,
             "first_period": f"2016-{kind}", "last_period": f"2020-{kind}",
             "due_days": 15}
            for code in BLOCS for form in ("admissions", "membership")
            for kind in ("H1", "Y")
        ],
    )  # fmt: skip
    world.list(
        "ref_terms",
        [
            {"bloc_code": code, "term": "T", "first_day": "2016-01-01",
             "last_day": "2020-12-31"}
            for code in ("OLD", "MID", "NEW")
        ],
    )  # fmt: skip
    apply(world.settings, by="test")
    build(world)


def years(world: World) -> dict[tuple[str, int], int]:
    """Bloc and year → members admitted, as far as anybody told."""
    rows = query(
        world,
        "select bloc_code, period_year, computed_total from rpt_bloc_totals"
        " where indicator = 'members_admitted' and period_type = 'Y'",
    )
    return {(bloc, year): total or 0 for bloc, year, total in rows}


def term(world: World) -> dict[str, int]:
    rows = query(
        world,
        "select bloc_code, total from rpt_term_totals"
        " where indicator = 'members_admitted' and span_type = 'term'",
    )
    return dict(rows)


def test_a_bloc_counts_those_merged_into_it_from_the_mergers_year_on(
    merged: World,
) -> None:
    for mergers in (False, True, False):
        take_up(merged, mergers=mergers)
        found = years(merged)
        assert found == {key: told(mergers, *key) for key in found}
        # every year in which the bloc's unit owes its year
        assert {("OLD", year) for year in YEARS} <= found.keys()
        # a term is its years: the new bloc's first two are its predecessors'
        assert term(merged) == {
            bloc: sum(counted(mergers, bloc, year) for year in YEARS)
            for bloc in term(merged)
        }


def test_the_units_that_a_total_rests_on_are_those_it_counts(merged: World) -> None:
    take_up(merged, mergers=True)
    rows = query(
        merged,
        "select bloc_code, period_code, indicator, computed_total, units_expected"
        " from rpt_bloc_totals where period_code in ('2018-H1', '2018-Y', '2019-Y')"
        " and bloc_code in ('OLD', 'MID')"
        " and indicator in ('members_admitted', 'member_count')",
    )
    found = {row[:3]: row[3:] for row in rows}
    old, middle, low = (ADMITTED[bloc] for bloc in ("OLD", "MID", "LOW"))
    assert found["OLD", "2018-Y", "members_admitted"] == (old, 1)
    assert found["OLD", "2018-Y", "member_count"] == (old, 1)
    assert found["OLD", "2019-Y", "members_admitted"] == (old + middle, 2)
    assert found["OLD", "2019-Y", "member_count"] == (old, 1)
    assert found["MID", "2018-Y", "members_admitted"] == (middle, 1)
    assert low not in {total for total, _ in found.values()}


def test_a_total_is_traced_to_what_it_counts(merged: World) -> None:
    take_up(merged, mergers=True)
    merged.publish()
    for period, units in (("2018-Y", ["OLD-1"]), ("2019-Y", ["MID-1", "OLD-1"])):
        asked = Question("OLD", period)
        found = trace_total(merged.settings, asked, "members_admitted")
        assert [addend.unit_code for addend in found.addends] == units
        assert found.adds_up


def test_a_reader_sees_a_blocs_rows_once_it_is_succeeded(merged: World) -> None:
    take_up(merged, mergers=True)
    add_reader(merged.settings, "reads_old", blocs=["OLD"], by="test")
    try:
        with connect("owner", settings=merged.settings) as connection:
            row = connection.execute(
                "select monitoring.readable_blocs('reads_old')"
            ).fetchone()
    finally:
        remove_reader(merged.settings, "reads_old")
    assert row is not None
    assert set(row[0]) == {"OLD", "MID", "LOW"}
