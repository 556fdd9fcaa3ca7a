"""Readers are told how fresh their figures are, each for its own blocs and units."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from tests.dbt_project.world import World, membership

from bloc_warehouse.build import releases
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.readers import add_reader, remove_reader
from bloc_warehouse.publish.publish import publish, rollback
from bloc_warehouse.settings import Settings


@pytest.fixture
def world(intake: Settings) -> World:
    """The units of ``builders``: Long An's three, and one of Đắk Lắk."""
    with connect("ingest", settings=intake) as connection:
        connection.execute(  # as after each build
            "insert into quality.lineage (kind, code, member_code, since)"
            " select 'bloc_unit', bloc_code, unit_code, valid_from"
            " from reference.ref_unit_spans"
        )
    return World(intake)


def send(world: World, unit: str, period: str, **options: Any) -> None:  # noqa: ANN401
    """Send a return, and answer it as intake does."""
    world.send(unit, "membership", period, membership=membership(3, 3), **options)
    with connect("ingest", settings=world.settings) as connection:
        connection.execute(
            "update raw.files set answered_at = clock_timestamp()"
            " where answered_at is null"
        )


def show(world: World, **outcomes: tuple[str, int | None]) -> int:
    """Publish an empty build; a bloc's outcome is as its audit would have it."""
    number = releases.begin_build(world.settings)
    releases.finish_build(world.settings, number)
    with connect("ingest", settings=world.settings) as connection:
        connection.execute(
            "update quality.releases set audit_outcome = 'passed'"
            " where release_id = %s",
            [number],
        )
    assert publish(world.settings, by="schedule").published
    with connect("ingest", settings=world.settings) as connection:
        for bloc in ("LAN", "DLK"):
            outcome, carried = outcomes.get(bloc, ("published", None))
            connection.execute(
                "insert into quality.release_blocs (release_id, bloc_code, outcome,"
                " carried_from_release_id) values (%s, %s, %s, %s)",
                [number, bloc, outcome, carried],
            )
    return number


def seen(connection: psycopg.Connection) -> dict[str, dict[str, Any]]:
    """Bloc → its row, as the connection's login sees it."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute("select * from monitoring.freshness").fetchall()
    return {row["bloc_code"]: row for row in rows}


def seen_by_all(world: World) -> dict[str, dict[str, Any]]:
    with connect("bi_reader", settings=world.settings) as connection:
        return seen(connection)


def waiting(rows: dict[str, dict[str, Any]]) -> dict[str, int]:
    return {bloc: row["returns_waiting"] for bloc, row in rows.items()}


@contextmanager
def reader(world: World, name: str, **sees: list[str]) -> Iterator[psycopg.Connection]:
    """Log in as a new reader."""
    password = add_reader(world.settings, name, by="test", **sees)
    try:
        with psycopg.connect(
            world.settings.warehouse_url.get_secret_value(),
            user=name,
            password=password,
        ) as connection:
            yield connection
    finally:
        remove_reader(world.settings, name)


def test_returns_wait_until_a_release_has_them(world: World) -> None:
    send(world, "LAN-001", "2024-Q1", received="2024-04-03")
    before = seen_by_all(world)["LAN"]
    assert (before["release_id"], before["returns_waiting"]) == (None, 1)
    assert before["reason_vi"] == "Chưa phát hành lần nào"
    first = show(world)
    assert waiting(seen_by_all(world)) == {"LAN": 0, "DLK": 0}
    send(world, "LAN-001", "2024-H1", received="2024-07-03")
    send(world, "LAN-001", "2024-H1", received="2024-07-05")  # corrects the one before
    send(world, "LAN-002", "2024-H1", received="2024-07-04", state="rejected")
    rows = seen_by_all(world)
    assert waiting(rows) == {"LAN": 1, "DLK": 0}
    assert rows["LAN"]["release_id"] == first
    assert rows["LAN"]["published_at"] > rows["LAN"]["built_at"]
    assert f"{rows['LAN']['last_received_at']:%Y-%m-%d}" == "2024-07-05"
    assert rows["LAN"]["reason_vi"] is None
    show(world)
    assert waiting(seen_by_all(world)) == {"LAN": 0, "DLK": 0}


def test_a_blocked_bloc_waits_since_the_release_that_it_shows(world: World) -> None:
    first = show(world)
    send(world, "LAN-001", "2024-H1")
    send(world, "DLK-001", "2024-H1")
    second = show(world, LAN=("carried", first))
    rows = seen_by_all(world)
    assert waiting(rows) == {"LAN": 1, "DLK": 0}
    assert (rows["LAN"]["release_id"], rows["DLK"]["release_id"]) == (first, second)
    assert (rows["LAN"]["is_blocked"], rows["DLK"]["is_blocked"]) == (True, False)
    assert f"lần phát hành {first}" in rows["LAN"]["reason_vi"]
    show(world, LAN=("left_out", None))
    assert "chưa có số liệu nào" in seen_by_all(world)["LAN"]["reason_vi"]


def test_a_release_that_was_taken_back_leaves_its_returns_waiting(world: World) -> None:
    first = show(world)
    send(world, "LAN-001", "2024-H1")
    show(world)
    rollback(world.settings, by="ana")
    row = seen_by_all(world)["LAN"]
    assert (row["release_id"], row["returns_waiting"], row["is_pinned"]) == (
        first, 1, True,
    )  # fmt: skip
    assert row["reason_en"] == "Scheduled publishing is paused, by ana"


def test_each_reader_is_told_of_its_own(world: World) -> None:
    show(world)
    for unit in ("LAN-001", "LAN-002", "DLK-001"):
        send(world, unit, "2024-H1")
    with connect("ingest", settings=world.settings) as connection:
        connection.execute(
            "insert into reference.ref_blocs (bloc_code, bloc_name, valid_from)"
            " values ('LAN', 'Khối Long An', '2010-01-01')"
        )
        connection.execute(
            "insert into reference.ref_units (unit_code, bloc_code, unit_kind,"
            " unit_name) values ('LAN-001', 'LAN', 'dbcs', 'x')"
        )
    assert waiting(seen_by_all(world)) == {"LAN": 2, "DLK": 1}
    with reader(world, "fresh_bloc", blocs=["LAN"]) as connection:
        rows = seen(connection)
        assert waiting(rows) == {"LAN": 2}
        assert rows["LAN"]["bloc_name"] == "Khối Long An"
    with reader(world, "fresh_unit", units=["LAN-001"]) as connection:
        assert waiting(seen(connection)) == {"LAN": 1}
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from raw.submissions")
    with connect("owner", settings=world.settings) as connection:
        connection.execute("create role fresh_stranger")
        connection.execute("grant fresh_stranger to current_user with set true")
        connection.execute("set local role fresh_stranger")
        assert seen(connection) == {}
        connection.rollback()
