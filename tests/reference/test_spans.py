"""What each kind of event makes of units, alone, in chains, and undone."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference.histories import (
    BLOCS,
    START,
    entry,
    event,
    history,
    lineage,
    office,
    rules,
    spans,
)

from bloc_warehouse.domain.units import Entry, Event
from bloc_warehouse.reference.spans import apply_events

A, B, C = "A@2010-01-01", "B@2010-01-01", "C@2010-01-01"


def test_a_merger_ends_a_unit_and_leads_to_the_other() -> None:
    found = history(
        [entry("A"), entry("B")], event("merge_into", "2015-01-01", "A", "B")
    )
    assert spans(found) == [
        ("A", "NEW", "2010-01-01", "2015-01-01"),
        ("B", "NEW", "2010-01-01", None),
    ]
    assert lineage(found) == {A: {B: 1}, B: {B: 1}}


def test_a_merger_founds_a_successor_that_has_not_been_there() -> None:
    found = history(
        [entry("A"), entry("B"), entry("C", since=None)],
        event("merge_into", "2015-01-01", "A", "C"),
        event("merge_into", "2015-01-01", "B", "C"),
    )
    assert spans(found)[2] == ("C", "NEW", "2015-01-01", None)
    assert lineage(found)[A] == {"C@2015-01-01": 1}


def test_a_split_shares_a_unit_out() -> None:
    found = history(
        [entry("A"), entry("B", since=None), entry("C", since=None)],
        event("split", "2015-01-01", "A", "B", weight="0.4"),
        event("split", "2015-01-01", "A", "C", weight="0.6"),
    )
    assert lineage(found)[A] == {
        "B@2015-01-01": Decimal("0.4"),
        "C@2015-01-01": Decimal("0.6"),
    }
    assert rules(found) == []


def test_a_unit_that_gives_a_part_away_goes_on_with_the_rest() -> None:
    found = history(
        [entry("A"), entry("B")],
        event("split", "2015-01-01", "A", "A", weight="0.75"),
        event("split", "2015-01-01", "A", "B", weight="0.25"),
    )
    assert lineage(found) == {
        A: {"A@2015-01-01": Decimal("0.75"), B: Decimal("0.25")},
        "A@2015-01-01": {"A@2015-01-01": 1},
        B: {B: 1},
    }


def test_a_chain_multiplies_and_ways_that_meet_add_up() -> None:
    found = history(
        [entry("A"), entry("B"), entry("C")],
        event("split", "2015-01-01", "A", "B", weight="0.5"),
        event("split", "2015-01-01", "A", "C", weight="0.5"),
        event("split", "2016-01-01", "B", "B", weight="0.2"),
        event("split", "2016-01-01", "B", "C", weight="0.8"),
    )
    assert lineage(found)[A] == {"B@2016-01-01": Decimal("0.1"), C: Decimal("0.9")}


@pytest.mark.parametrize(
    ("kind", "column", "value"),
    [
        ("rename", "unit_name", "Another"),
        ("change_kind", "unit_kind", "dbcs"),
        ("change_sector", "sector", "private"),
        ("transfer_bloc", "bloc_code", "OLD"),
    ],
)
def test_a_unit_that_changes_goes_on(kind: str, column: str, value: str) -> None:
    found = history([entry("A")], event(kind, "2015-01-01", "A", **{column: value}))
    before, after = found.spans[:2]
    assert (before.valid_to, after.valid_from) == (date(2015, 1, 1), date(2015, 1, 1))
    assert getattr(after, column) == value
    assert lineage(found)[A].keys() == {f"A@{after.valid_from}"}


def test_changes_of_one_day_are_one_span() -> None:
    found = history(
        [entry("A")],
        event("rename", "2015-01-01", "A", unit_name="Another"),
        event("change_kind", "2015-01-01", "A", unit_kind="dbcs"),
    )
    assert [(span.unit_name, span.unit_kind) for span in found.spans] == [
        ("A", "cbcs"),
        ("Another", "dbcs"),
    ]


def test_a_unit_that_is_dissolved_and_founded_again_is_the_same() -> None:
    found = history(
        [entry("A")],
        event("dissolve", "2015-01-01", "A"),
        event("found", "2016-01-01", "A", unit_name="Again"),
    )
    assert spans(found) == [
        ("A", "NEW", "2010-01-01", "2015-01-01"),
        ("A", "NEW", "2016-01-01", None),
    ]
    assert lineage(found)[A] == {"A@2016-01-01": 1}


def test_a_unit_may_leave_all_blocs_and_come_back() -> None:
    found = history(
        [entry("A")],
        event("transfer_bloc", "2015-01-01", "A"),
        event("transfer_bloc", "2017-01-01", "A", bloc_code="NEW"),
    )
    assert spans(found) == [
        ("A", "NEW", "2010-01-01", "2015-01-01"),
        ("A", "NEW", "2017-01-01", None),
    ]


def test_a_unit_whose_founding_is_undone_was_never_there() -> None:
    founded = event("found", "2015-01-01", "A")
    assert spans(history([entry("A", since=None)], founded)) == [
        ("A", "NEW", "2015-01-01", None)
    ]
    assert spans(history([entry("A", since=None)])) == []


def test_what_a_bloc_does_not_hand_over_ends_with_it() -> None:
    found = history(
        [
            entry("A", "OLD"), entry("B", "OLD"),
            office("OLD-VP", "OLD"), office("NEW-VP", "NEW"),
        ],
        event("transfer_bloc", "2020-01-01", "A", bloc_code="NEW"),
    )  # fmt: skip
    assert spans(found)[:3] == [
        ("A", "OLD", "2010-01-01", "2020-01-01"),
        ("A", "NEW", "2020-01-01", None),
        ("B", "OLD", "2010-01-01", "2020-01-01"),
    ]
    assert lineage(found)[B] == {B: 1}
    assert lineage(found)["OLD-VP@2010-01-01"] == {"NEW-VP@2010-01-01": 1}


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        ([event("rename", "2009-01-01", "A", unit_name="X")], "unit_not_open"),
        ([event("found", "2015-01-01", "A")], "unit_is_open"),
        (
            [event("merge_into", "2015-01-01", "A", "B"),
             event("merge_into", "2015-01-01", "B", "A")],
            "merges_in_a_circle",
        ),
        ([event("merge_into", "2015-01-01", "A", "A")], "merges_in_a_circle"),
        (
            [event("dissolve", "2014-01-01", "B"),
             event("merge_into", "2015-01-01", "A", "B")],
            "successor_not_open",
        ),
        (
            [event("dissolve", "2015-01-01", "A"),
             event("merge_into", "2015-01-01", "A", "B")],
            "ends_once",
        ),
        ([event("dissolve", "2010-01-01", "A")], "ends_as_it_begins"),
        (  # what B took over does not come back by a transfer
            [event("merge_into", "2015-01-01", "A", "B"),
             event("transfer_bloc", "2017-01-01", "A", bloc_code="NEW")],
            "unit_not_open",
        ),
        (
            [event("split", "2015-01-01", "A", "A", weight="0.5"),
             event("split", "2015-01-01", "A", "B", weight="0.4")],
            "weights_not_one",
        ),
        ([event("split", "2015-01-01", "A", "B")], "weights_not_one"),
        (
            [event("split", "2015-01-01", "A", "B", weight="0.5"),
             event("split", "2015-01-01", "A", "B", weight="0.5")],
            "successor_twice",
        ),
        (
            [event("transfer_bloc", "2021-01-01", "A", bloc_code="OLD")],
            "bloc_not_there",
        ),
        (
            [event("rename", "2015-01-01", "A", unit_name="X"),
             event("change_kind", "2015-01-01", "A", unit_name="Y")],
            "events_contradict",
        ),
    ],
)  # fmt: skip
def test_events_that_cannot_be_are_named(events: list[Event], rule: str) -> None:
    assert rule in rules(history([entry("A"), entry("B")], *events))


CODES = "ABCDE"
DAYS = st.integers(1, 3_000).map(lambda days: START + timedelta(days))


@st.composite
def any_events(draw: st.DrawFn) -> list[Event]:
    events: list[Event] = []
    for number in range(draw(st.integers(0, 8))):
        code, other = draw(st.sampled_from(CODES)), draw(st.sampled_from(CODES))
        on, kind = draw(DAYS), draw(st.sampled_from(["rename", "merge_into", "split"
            , "dissolve", "found", "transfer_bloc"]))  # fmt: skip
        name, bloc = f"{number:02}", draw(st.sampled_from(["OLD", "NEW", None]))
        if kind == "split":
            for part, weight in ((other, "0.3"), (f"{code}{number}", "0.7")):
                events.append(
                    Event(f"{name}{part}", kind, on, code, part, Decimal(weight))
                )
        else:
            to = other if kind == "merge_into" else None
            new = bloc if kind == "transfer_bloc" else None
            events.append(Event(name, kind, on, code, to, bloc_code=new))
    return events


@given(any_events())
def test_histories_without_problems_keep_their_promises(events: list[Event]) -> None:
    parts = {
        change.successor_code or "" for change in events if change.event_type == "split"
    }
    register = [entry(code, "OLD") for code in CODES]
    register += [entry(code, since=None) for code in sorted(parts - set(CODES))]
    found = apply_events(BLOCS, register, events)
    shuffled = apply_events(BLOCS, _reversed(register), list(reversed(events)))
    assert shuffled.spans == found.spans
    for before, after in zip(found.spans, found.spans[1:], strict=False):
        if before.unit_code == after.unit_code:
            assert before.valid_to is not None
            assert before.valid_to <= after.valid_from
    assert all(span.valid_to != span.valid_from for span in found.spans)
    if not found.problems:
        ways = lineage(found)
        assert all(sum(shares.values()) == 1 for shares in ways.values())


def _reversed(register: list[Entry]) -> list[Entry]:
    return list(reversed(register))
