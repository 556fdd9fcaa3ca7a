"""Figures as the units were and as they are today, before, during and after events."""

from collections.abc import Callable
from typing import Any, LiteralString

import pytest
from tests.dbt_project.conftest import LINEAGE_TOTALS, build, query
from tests.dbt_project.world import World, membership

from bloc_warehouse.reference.apply import apply

Event = dict[str, Any]


def admitted(world: World) -> dict[str, list[tuple[Any, ...]]]:
    rows = query(
        world,
        f"select lineage_view, bloc_code, total from {LINEAGE_TOTALS}"
        " where figure = 'members_admitted' and period_code = '2019-Y' order by 1, 2",
    )
    return {
        view: [(bloc, float(total)) for name, bloc, total in rows if name == view]
        for view in ("historical", "current")
    }


def take_up(world: World, events: list[Event]) -> None:
    world.list("ref_unit_events", events)
    apply(world.settings, by="test")
    build(world)


@pytest.fixture
def events(world: World) -> list[Event]:
    """The world's events: a merger and a transfer."""
    found = query(
        world,
        "select event_id, event_type, status, effective_date::text, unit_code,"
        " successor_code, bloc_code, unit_name from reference.ref_unit_events"
        " order by event_id",
    )
    names = (
        *("event_id", "event_type", "status", "effective_date", "unit_code"),
        *("successor_code", "bloc_code", "unit_name"),
    )
    return [dict(zip(names, row, strict=True)) for row in found]


def test_a_merger_and_a_split_in_both_readings_and_undone(
    world: World, events: list[Event]
) -> None:
    before = admitted(world)
    # a half-year in the old bloc, another in the new one; today all is the new one's
    assert before == {
        "historical": [("DLK", 3.0), ("DLKCQ", 3.0)],
        "current": [("DLK", 6.0)],
    }
    parts = [
        {"event_id": f"S{part}", "event_type": "split", "status": "effective",
         "effective_date": "2022-01-01", "unit_code": "CQ-001",
         "successor_code": part, "weight": weight}
        for part, weight in (("CQ-001", "0.75"), ("LAN-002", "0.25"))
    ]  # fmt: skip
    take_up(world, [*events, *parts])
    assert admitted(world) == {
        "historical": before["historical"],
        "current": [("DLK", 4.5), ("LAN", 1.5)],
    }
    take_up(world, [*events, *({**part, "status": "cancelled"} for part in parts)])
    assert admitted(world) == before


def test_units_of_today_are_counted_and_not_shared_out(
    copies: Callable[[], World], events: list[Event]
) -> None:
    """CQ-002 was merged into CQ-001, which is split over two blocs' units then."""
    world = copies()
    for unit, members in (("CQ-001", 10), ("CQ-002", 6)):
        rows = membership(members, members)
        world.send(unit, "membership", "2018-Y", membership=rows)
    parts = [
        {"event_id": f"T{part}", "event_type": "split", "status": "effective",
         "effective_date": "2022-01-01", "unit_code": "CQ-001",
         "successor_code": part, "weight": "0.5"}
        for part in ("CQ-001", "LAN-002")
    ]  # fmt: skip
    counted: LiteralString = (
        "select lineage_view, bloc_code, figure, subject, total::integer"
        f" from {LINEAGE_TOTALS} where period_code = '2018-Y'"
        " and figure in ('unit_count', 'member_count') order by 1, 2, 3, 4"
    )
    try:
        take_up(world, [*events, *parts])
        assert query(world, counted) == [
            ("current", "DLK", "member_count", "all", 8),
            ("current", "DLK", "unit_count", "all", 1),
            ("current", "DLK", "unit_count", "dbcs", 1),
            ("current", "LAN", "member_count", "all", 8),
            ("current", "LAN", "unit_count", "all", 1),
            ("current", "LAN", "unit_count", "cbcs", 1),
            ("historical", "DLKCQ", "member_count", "all", 16),
            ("historical", "DLKCQ", "unit_count", "all", 2),
            ("historical", "DLKCQ", "unit_count", "cbcs", 1),
            ("historical", "DLKCQ", "unit_count", "dbcs", 1),
        ]
    finally:
        world.list("ref_unit_events", events)


LATER = {"status": "effective", "effective_date": "2022-01-01", "unit_code": "CQ-001"}
# what happens to the unit, and whose its six members admitted are today
HAPPENED: list[tuple[list[Event], dict[str, float]]] = [
    (
        [  # its name and kind are others
            {"event_type": "rename", "unit_name": "Đảng bộ khác"},
            {"event_type": "change_kind", "unit_kind": "cbcs",
             "effective_date": "2022-07-01"},
        ],
        {"DLK": 6.0},
    ),
    ([{"event_type": "dissolve"}], {"DLK": 6.0}),
    ([{"event_type": "transfer_bloc", "bloc_code": "LAN"}], {"LAN": 6.0}),
    ([{"event_type": "transfer_bloc"}], {"DLK": 6.0}),  # out of all blocs
    (
        [  # taken over by a unit of another bloc, which is renamed then
            {"event_type": "merge_into", "successor_code": "LAN-002"},
            {"event_type": "rename", "unit_code": "LAN-002",
             "effective_date": "2023-01-01", "unit_name": "Chi bộ chung"},
        ],
        {"LAN": 6.0},
    ),
]  # fmt: skip


def test_every_event_keeps_the_whole_in_both_readings_and_can_be_undone(
    world: World, events: list[Event]
) -> None:
    units = "select * from dim_units order by unit_key"
    before, units_before = admitted(world), query(world, units)
    undone: list[Event] = []
    try:
        for number, (happened, today) in enumerate(HAPPENED):
            new = [
                {"event_id": f"N{number}{place}", **LATER, **event}
                for place, event in enumerate(happened)
            ]
            take_up(world, [*events, *undone, *new])
            assert admitted(world) == {
                "historical": before["historical"],
                "current": list(today.items()),
            }, happened
            assert query(world, units) != units_before
            undone += [{**event, "status": "cancelled"} for event in new]
    finally:
        take_up(world, [*events, *undone])
    assert admitted(world) == before
    assert query(world, units) == units_before
