"""Units that are founded, wander, close and come back, and a bloc that ends in two.

One world in three states: its events proposed, effective, cancelled. Each test looks
at what the events do, and at the same figures where they do nothing.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from psycopg import sql
from tests.conftest import _create_database, _execute, database_of
from tests.dbt_project.conftest import LINEAGE_TOTALS, build, query
from tests.dbt_project.world import Row, World, membership

from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.prepare import grant_database
from bloc_warehouse.reference.apply import apply

ENDS = "2025-03-01"  # the first day without the bloc DTP
SEEN = (
    *("dim_units", "bridge_unit_lineage", "fct_returns", "fct_membership"),
    *("fct_admissions", "fct_inspections", "rpt_bloc_totals"),
    *("rpt_historical_totals", "rpt_current_totals"),
)

# code, bloc, kind, since when; without a day an event opens it
UNITS = (
    ("DTP-1", "DTP", "dbcs", "2010-01-01"),
    ("DTP-2", "DTP", "cbcs", "2010-01-01"),
    ("DTP-3", "DTP", "cbcs", "2010-01-01"),
    ("DTP-4", "DTP", "cbcs", "2010-01-01"),
    ("DTP-VP", "DTP", "bloc_office", "2010-01-01"),
    ("LAN-1", "LAN", "cbcs", None),
    ("LAN-2", "LAN", "cbcs", "2010-01-01"),
    ("LAN-3", "LAN", "cbcs", "2010-01-01"),
    ("LSN-1", "LSN", "dbcs", "2010-01-01"),
    ("LSN-2", "LSN", "cbcs", "2024-01-01"),
    ("LSN-3", "LSN", "cbcs", "2024-01-01"),
)
# what happens, when, to which unit, and what is other from then on
EVENTS: tuple[tuple[str, str, str, Row], ...] = (
    # the bloc's units go to two committees, and one to neither
    ("transfer_bloc", ENDS, "DTP-1", {"bloc_code": "DTPCQD"}),
    ("transfer_bloc", ENDS, "DTP-2", {"bloc_code": "DTPUBND"}),
    ("transfer_bloc", ENDS, "DTP-3", {"bloc_code": "DTPUBND"}),
    # in the middle of a year
    ("found", "2024-04-01", "LAN-1", {"unit_name": "Chi bộ mới"}),
    # renamed twice, in another bloc for half a year
    ("rename", "2023-04-01", "LAN-2", {"unit_name": "Tên hai"}),
    ("transfer_bloc", "2023-07-01", "LAN-2", {"bloc_code": "LSN"}),
    ("rename", "2023-10-01", "LAN-2", {"unit_name": "Tên ba"}),
    ("transfer_bloc", "2024-01-01", "LAN-2", {"bloc_code": "LAN"}),
    # closed for three quarters
    ("dissolve", "2023-07-01", "LAN-3", {}),
    ("found", "2024-04-01", "LAN-3", {"unit_kind": "dbcs"}),
    # both close in September, one for good, one into a unit of another bloc
    ("change_sector", "2024-03-01", "LSN-2", {"sector": "health"}),
    ("dissolve", "2024-09-01", "LSN-2", {}),
    ("merge_into", "2024-09-01", "LSN-3", {"successor_code": "LAN-3"}),
)
OBLIGATIONS = (
    ("DTP", "membership", "2024-Y", "2024-Y"),
    *((bloc, "membership", "2025-H1", None) for bloc in ("DTP", "DTPCQD", "DTPUBND")),
    ("LAN", "membership", "2024-Q1", "2024-Q1"),
    ("LAN", "membership", "2023-H1", None),
    ("LAN", "membership", "2023-Y", None),
    ("LSN", "membership", "2023-Y", "2023-Y"),
    ("LSN", "inspections", "2024-Y", "2024-Y"),
)
MEMBERS = (
    ("DTP-1", "2024-Y", 100), ("DTP-1", "2025-H1", 101),
    ("DTP-2", "2024-Y", 30), ("DTP-2", "2025-H1", 31),
    ("DTP-3", "2024-Y", 20), ("DTP-3", "2025-H1", 21),
    ("DTP-4", "2024-Y", 10),
    ("LAN-1", "2024-H1", 15), ("LAN-1", "2024-Y", 16),
    ("LAN-2", "2023-H1", 20), ("LAN-2", "2023-Y", 22),
    ("LAN-2", "2024-Q1", 23), ("LAN-2", "2024-H1", 24), ("LAN-2", "2024-Y", 25),
    ("LAN-3", "2023-H1", 30), ("LAN-3", "2024-H1", 31), ("LAN-3", "2024-Y", 33),
    ("LSN-1", "2023-Y", 10),
    ("LSN-2", "2024-Y", 40),
)  # fmt: skip
ADMITTED = (
    ("DTP-1", "2024-Y", 4), ("DTP-2", "2024-Y", 3), ("DTP-3", "2024-Y", 2),
    ("DTP-4", "2024-Y", 1),
    ("LAN-2", "2023-H1", 2), ("LAN-2", "2023-Y", 5),
    ("LAN-3", "2023-H1", 1),
)  # fmt: skip
# the office's last quarter, and units' around their closing and after it
INSPECTED = (
    ("DTP-VP", "bloc_inspection_commission", "2025-Q1", 6),
    ("LSN-1", "grassroots_committee", "2024-Y", 1),
    ("LSN-2", "cell", "2024-H1", 4), ("LSN-2", "cell", "2024-Y", 7),
    ("LSN-2", "cell", "2025-Q1", 1),
    ("LSN-3", "cell", "2024-Y", 2),
)  # fmt: skip


class States(NamedTuple):
    """The same world with its events in each status."""

    proposed: World
    effective: World
    cancelled: World


@pytest.fixture(scope="module")
def states(
    copies: Callable[[], World],
    server: embedded.Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[States]:
    """Three databases, each a copy of the one before and built on.

    One is built by dbt, whose own tests look at it: lineage, what is owed.
    """
    first = copies()
    folder = Path(tmp_path_factory.mktemp("events"))
    settings = first.settings.with_changes(reference_dir=folder)
    proposed = World(settings, sent=1000)
    proposed.list("ref_published_totals", [])
    _send_all(proposed)
    _take_up(proposed, "proposed")
    effective = _copy(server, proposed, "dw_events_effective")
    _take_up(effective, "effective", dtp_ends=ENDS)
    cancelled = _copy(server, effective, "dw_events_cancelled")
    _take_up(cancelled, "cancelled")
    made = States(proposed, effective, cancelled)
    yield made
    for world in made:
        _execute(server, "drop database {} with (force)", _database(world))


def _copy(server: embedded.Server, world: World, name: str) -> World:
    _create_database(server, name, _database(world))
    address = world.settings.warehouse_url.get_secret_value().rpartition("/")[0]
    settings = world.settings.with_changes(warehouse_url=f"{address}/{name}")
    with connect("owner", settings=settings) as connection:
        grant_database(connection)
    return World(settings)


def _database(world: World) -> str:
    return database_of(world.settings)


def _send_all(world: World) -> None:
    for unit, period, members in MEMBERS:
        rows = membership(members, members)
        world.send(unit, "membership", period, received="2025-08-01", membership=rows)
    for unit, period, total in ADMITTED:
        rows = [{"admitted_total": total}]
        world.send(unit, "admissions", period, received="2025-08-01", admissions=rows)
    for unit, body, period, done in INSPECTED:
        rows = [{"body": body, "subject": "member", "kind": "finance_inspection",
                 "done": done}]  # fmt: skip
        world.send(unit, "inspections", period, received="2025-08-01", inspections=rows)


def _take_up(world: World, status: str, dtp_ends: str | None = None) -> None:
    """Put the lists in force, with the events in this status, and build."""
    blocs = (
        ("DTP", "2010-01-01", dtp_ends),
        ("DTPCQD", ENDS, None),
        ("DTPUBND", ENDS, None),
        ("LAN", "2010-01-01", None),
        ("LSN", "2010-01-01", None),
    )
    world.list(
        "ref_blocs",
        [
            {"bloc_code": code, "bloc_name": code, "valid_from": since,
             "valid_to": until}
            for code, since, until in blocs
        ],
    )  # fmt: skip
    columns = ("unit_code", "bloc_code", "unit_kind", "valid_from")
    world.list(
        "ref_units",
        [
            {**dict(zip(columns, unit, strict=True)), "unit_name": unit[0]}
            for unit in UNITS
        ],
    )
    world.list(
        "ref_unit_events",
        [
            {"event_id": f"{number:02}", "event_type": kind, "status": status,
             "effective_date": day, "unit_code": unit, **values}
            for number, (kind, day, unit, values) in enumerate(EVENTS)
        ],
    )  # fmt: skip
    world.list(
        "ref_obligations",
        [
            {"bloc_code": bloc, "form": form, "owed_by": "unit",
             "period_type": first.partition("-")[2], "first_period": first,
             "last_period": last, "due_days": 15}
            for bloc, form, first, last in OBLIGATIONS
        ],
    )  # fmt: skip
    world.list("ref_terms", [])
    apply(world.settings, by="test")
    build(world)


def totals(world: World, figure: str, period: str) -> dict[str, dict[str, Any]]:
    """Reading → bloc → total, units reported, units expected."""
    with connect("transform", settings=world.settings) as connection:
        connection.execute("set search_path to marts_candidate")
        rows = connection.execute(
            "select lineage_view, bloc_code, total, units_reported, units_expected"
            f" from {LINEAGE_TOTALS}"
            " where figure = %s and period_code = %s and subject = 'all'",
            [figure, period],
        ).fetchall()
    found: dict[str, dict[str, Any]] = {"historical": {}, "current": {}}
    for lineage_view, bloc, *counts in rows:
        found[lineage_view][bloc] = tuple(map(int, counts))
    return found


def whole(world: World, figure: str, period: str) -> set[int]:
    """The total over all blocs in either lineage view; one where both agree."""
    found = totals(world, figure, period).values()
    return {sum(counts[0] for counts in blocs.values()) for blocs in found}


def unmoved(**blocs: tuple[int, int, int]) -> dict[str, dict[str, Any]]:
    """Both lineage views alike."""
    return {"historical": blocs, "current": blocs}


def spans(world: World, unit: str) -> list[tuple[Any, ...]]:
    """Bloc, name, kind and sector of each span, from its first day to the last's."""
    rows = query(
        world,
        "select unit_code, bloc_code, unit_name, unit_kind, sector, valid_from::text,"
        " valid_to::text from dim_units order by valid_from",
    )
    return [row[1:] for row in rows if row[0] == unit]


def returns(world: World, unit: str, form: str) -> list[tuple[Any, ...]]:
    """Period, bloc, state and whether it is owed, of each return of a unit."""
    rows = query(
        world,
        "select unit_code, form, period_code, bloc_code, state, is_expected"
        " from fct_returns order by period_end",
    )
    return [row[2:] for row in rows if row[:2] == (unit, form)]


@pytest.mark.parametrize("table", SEEN)
def test_cancelled_events_leave_what_was_before_they_took_effect(
    states: States, table: str
) -> None:
    def rows(world: World) -> list[tuple[Any, ...]]:
        with connect("transform", settings=world.settings) as connection:
            return connection.execute(
                sql.SQL("select made::text from {} as made order by 1").format(
                    sql.Identifier("marts_candidate", table)
                )
            ).fetchall()

    before = rows(states.proposed)
    assert before
    assert rows(states.effective) != before
    assert rows(states.cancelled) == before


def test_proposed_events_open_change_and_close_nothing(states: States) -> None:
    assert query(
        states.proposed,
        "select unit_code, bloc_code, unit_name, valid_from::text, valid_to"
        " from dim_units order by unit_code",
    ) == [
        (code, bloc, code, since, None)
        for code, bloc, _, since in UNITS
        if code != "LAN-1"
    ]


def test_a_unit_founded_within_a_year_owes_and_counts_from_then_on(
    states: States,
) -> None:
    founded, undone = states.effective, states.cancelled
    assert spans(founded, "LAN-1") == [
        ("LAN", "Chi bộ mới", "cbcs", None, "2024-04-01", None)
    ]
    # no first quarter, no year before; later years are not due yet
    assert [
        row for row in returns(founded, "LAN-1", "membership") if row[0] < "2025-H1"
    ] == [("2024-H1", "LAN", "accepted", True), ("2024-Y", "LAN", "accepted", True)]
    # LAN-2 alone, then with LAN-1 and LAN-3: 24 + 15 + 31 and 25 + 16 + 33
    assert totals(founded, "member_count", "2024-Q1") == unmoved(LAN=(23, 1, 1))
    assert totals(founded, "member_count", "2024-H1") == unmoved(LAN=(70, 3, 3))
    assert totals(founded, "member_count", "2024-Y")["historical"]["LAN"] == (74, 3, 3)
    # without it LAN-3 was never closed, and did not report the first quarter
    assert spans(undone, "LAN-1") == returns(undone, "LAN-1", "membership") == []
    assert totals(undone, "member_count", "2024-Q1") == unmoved(LAN=(23, 1, 2))
    assert totals(undone, "member_count", "2024-H1") == unmoved(LAN=(55, 2, 2))
    assert totals(undone, "member_count", "2024-Y")["historical"]["LAN"] == (58, 2, 2)


def test_a_bloc_that_ends_leaves_its_last_year_to_two_successors_as_of_today(
    states: States,
) -> None:
    ended, undone = states.effective, states.cancelled
    members = totals(ended, "member_count", "2024-Y")
    for state in (ended, undone):  # 100 + 30 + 20 + 10
        was = totals(state, "member_count", "2024-Y")["historical"]
        assert was["DTP"] == (160, 4, 4)
    today = {
        bloc: counts
        for bloc, counts in members["current"].items()
        if bloc.startswith("DTP")
    }
    # DTP-4 went to neither: it ended with its bloc and stays there
    assert today == {"DTP": (10, 1, 1), "DTPCQD": (100, 1, 1), "DTPUBND": (50, 2, 2)}
    assert totals(ended, "members_admitted", "2024-Y") == {
        "historical": {"DTP": (10, 0, 0)},
        "current": {"DTP": (1, 0, 0), "DTPCQD": (4, 0, 0), "DTPUBND": (5, 0, 0)},
    }
    assert whole(ended, "member_count", "2024-Y") == {160 + 74}
    # what ends after the bloc is owed to its successors
    assert totals(ended, "member_count", "2025-H1") == unmoved(
        DTPCQD=(101, 1, 1), DTPUBND=(52, 2, 2)
    )
    assert spans(ended, "DTP-4")[0][-2:] == ("2010-01-01", ENDS)
    assert returns(ended, "DTP-4", "membership") == [
        ("2024-Y", "DTP", "accepted", True)
    ]
    # had it not ended, all would be its own, and DTP-4 would owe the half-year
    assert totals(undone, "members_admitted", "2024-Y") == unmoved(DTP=(10, 0, 0))
    assert totals(undone, "member_count", "2025-H1") == unmoved(DTP=(153, 3, 4))


def test_each_return_rests_on_the_span_of_its_day(states: States) -> None:
    assert spans(states.effective, "LAN-2") == [
        ("LAN", "LAN-2", "cbcs", None, "2010-01-01", "2023-04-01"),
        ("LAN", "Tên hai", "cbcs", None, "2023-04-01", "2023-07-01"),
        ("LSN", "Tên hai", "cbcs", None, "2023-07-01", "2023-10-01"),
        ("LSN", "Tên ba", "cbcs", None, "2023-10-01", "2024-01-01"),
        ("LAN", "Tên ba", "cbcs", None, "2024-01-01", None),
    ]
    assert spans(states.effective, "LAN-3") == [
        ("LAN", "LAN-3", "cbcs", None, "2010-01-01", "2023-07-01"),
        ("LAN", "LAN-3", "dbcs", None, "2024-04-01", None),
    ]
    assert query(
        states.effective,
        "select period_code, unit_key, bloc_code, unit_kind from fct_membership"
        " where reporting_unit_code in ('LAN-2', 'LAN-3')"
        " order by reporting_unit_code, interval_end",
    ) == [
        ("2023-H1", "LAN-2@2023-04-01", "LAN", "cbcs"),
        ("2023-Y", "LAN-2@2023-10-01", "LSN", "cbcs"),
        ("2024-Q1", "LAN-2@2024-01-01", "LAN", "cbcs"),
        ("2024-H1", "LAN-2@2024-01-01", "LAN", "cbcs"),
        ("2024-Y", "LAN-2@2024-01-01", "LAN", "cbcs"),
        ("2023-H1", "LAN-3@2010-01-01", "LAN", "cbcs"),
        ("2024-H1", "LAN-3@2024-04-01", "LAN", "dbcs"),
        ("2024-Y", "LAN-3@2024-04-01", "LAN", "dbcs"),
    ]


def test_a_unit_owes_nothing_while_it_is_closed_or_elsewhere(states: States) -> None:
    wandered, undone = states.effective, states.cancelled
    for unit, owed in (
        ("LAN-2", [("2023-H1", "LAN"), ("2023-Y", "LSN"), ("2024-Q1", "LAN"),
                   ("2024-H1", "LAN"), ("2024-Y", "LAN")]),
        ("LAN-3", [("2023-H1", "LAN"), ("2024-H1", "LAN"), ("2024-Y", "LAN")]),
    ):  # fmt: skip
        assert [
            row for row in returns(wandered, unit, "membership") if row[0] < "2025-H1"
        ] == [(period, bloc, "accepted", True) for period, bloc in owed]
    # LAN-2's 20 and LAN-3's 30; at the year's end LAN-2's 22 beside LSN-1's 10
    assert totals(wandered, "member_count", "2023-H1") == unmoved(LAN=(50, 2, 2))
    assert totals(wandered, "member_count", "2023-Y") == {
        "historical": {"LSN": (32, 2, 2)},
        "current": {"LAN": (22, 1, 1), "LSN": (10, 1, 1)},
    }
    assert totals(undone, "member_count", "2023-Y") == unmoved(
        LAN=(22, 1, 2), LSN=(10, 1, 1)
    )
    # of the five whom LAN-2 admitted, three in the other bloc; one by LAN-3
    assert totals(wandered, "members_admitted", "2023-Y") == {
        "historical": {"LAN": (3, 0, 0), "LSN": (3, 0, 0)},
        "current": {"LAN": (6, 0, 0)},
    }
    assert totals(undone, "members_admitted", "2023-Y") == unmoved(LAN=(6, 0, 0))


def test_another_sector_is_another_span(states: States) -> None:
    assert spans(states.effective, "LSN-2") == [
        ("LSN", "LSN-2", "cbcs", None, "2024-01-01", "2024-03-01"),
        ("LSN", "LSN-2", "cbcs", "health", "2024-03-01", "2024-09-01"),
    ]


def test_inspections_of_a_closed_unit_count_where_it_was(states: States) -> None:
    closed, undone = states.effective, states.cancelled
    assert query(
        closed,
        "select period_code, unit_key, bloc_code, done"
        " from fct_inspections where reporting_unit_code in ('LSN-2', 'LSN-3')"
        " order by reporting_unit_code, interval_end",
    ) == [
        ("2024-H1", "LSN-2@2024-03-01", "LSN", 4),
        ("2024-Y", "LSN-2@2024-03-01", "LSN", 3),
        ("2025-Q1", "LSN-2@2024-03-01", "LSN", 1),
        ("2024-Y", "LSN-3@2024-01-01", "LSN", 2),
    ]
    assert [row[:1] + row[2:] for row in returns(closed, "LSN-2", "inspections")] == [
        ("2024-H1", "accepted", False),
        ("2024-Y", "accepted", True),  # its last one
        ("2025-Q1", "accepted", False),
    ]
    # 1 + 7 + 2, of which the two go where LSN-3 went; all three owe the year
    year = "inspection_turns", "2024-Y"
    assert totals(closed, *year) == {
        "historical": {"LSN": (10, 3, 3)},
        "current": {"LAN": (2, 1, 1), "LSN": (8, 2, 2)},
    }
    assert totals(undone, *year) == unmoved(LSN=(10, 3, 3))
    (judged,) = query(
        closed,
        "select computed_total, units_reported, units_expected, is_complete"
        " from rpt_bloc_totals where bloc_code = 'LSN' and period_code = '2024-Y'"
        " and indicator = 'inspection_turns'",
    )
    assert judged == (10, 3, 3, True)
    # the last of the bloc's office, and of a unit closed the year before
    assert totals(closed, "inspection_turns", "2025-Q1") == unmoved(
        DTP=(6, 0, 0), LSN=(1, 0, 0)
    )


def test_members_of_a_closed_unit_are_nobodys(states: States) -> None:
    """It sent its year all the same, and does not count as a unit."""
    for lineage_view in totals(states.effective, "member_count", "2024-Y").values():
        assert "LSN" not in lineage_view
    assert totals(states.cancelled, "member_count", "2024-Y")["historical"]["LSN"] == (
        40, 0, 0,
    )  # fmt: skip
