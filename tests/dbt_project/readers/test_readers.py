"""A reader sees the rows of its blocs and units, in every mart, and no others."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import Connection, sql
from tests.dbt_project.readers.reader_world import EVERYBODYS
from tests.dbt_project.world import World

from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.readers import (
    ReaderError,
    add_reader,
    list_readers,
    remove_reader,
)

BLOC = "reads_dlk"
UNIT = "reads_lan_001"


@pytest.fixture(scope="module")
def readers(world: World) -> Iterator[World]:
    add_reader(world.settings, BLOC, blocs=["DLK"], by="test")
    add_reader(world.settings, UNIT, units=["LAN-001"], by="test")
    yield world
    remove_reader(world.settings, BLOC)
    remove_reader(world.settings, UNIT)


@contextmanager
def reading_as(world: World, role: str) -> Iterator[Connection]:
    """As if the candidate were published: the rows that a role sees of it."""
    with connect("owner", settings=world.settings) as connection:
        connection.execute("set local role transform")
        connection.execute("grant usage on schema marts_candidate to public")
        connection.execute("reset role")
        connection.execute(
            sql.SQL("grant {} to current_user with set true").format(
                sql.Identifier(role)
            )
        )
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        connection.execute("set local search_path = marts_candidate")
        yield connection
        connection.rollback()


def marts(connection: Connection, column: str) -> list[str]:
    """Return the marts that have a column, without those that are everybody's."""
    return [
        name
        for (name,) in connection.execute(
            "select pg_class.relname from pg_catalog.pg_class"
            " inner join pg_catalog.pg_attribute"
            " on pg_attribute.attrelid = pg_class.oid"
            " and pg_attribute.attname = %s"
            " where pg_class.relkind = 'r'"
            " and pg_class.relnamespace = 'marts_candidate'::regnamespace",
            [column],
        )
        if f"marts.{name}" not in EVERYBODYS
    ]


def seen(connection: Connection, column: str) -> set[str]:
    """All values of a column, over all marts that have it."""
    return {
        value
        for mart in marts(connection, column)
        for (value,) in connection.execute(
            sql.SQL("select distinct {} from {}").format(
                sql.Identifier(column), sql.Identifier(mart)
            )
        )
    }


def test_every_mart_of_a_bloc_is_protected(readers: World) -> None:
    with connect("transform", settings=readers.settings) as connection:
        unprotected = connection.execute(
            "select relname from pg_class where relname = any (%s)"
            " and relnamespace = 'marts_candidate'::regnamespace"
            " and not relrowsecurity",
            [marts(connection, "bloc_code")],
        ).fetchall()
        assert len(marts(connection, "bloc_code")) > 10
    assert unprotected == []


def test_a_bloc_sees_its_own_rows_and_its_predecessors(readers: World) -> None:
    with reading_as(readers, BLOC) as connection:
        assert seen(connection, "bloc_code") == {"DLK", "DLKCQ"}
        assert seen(connection, "period_code") >= {"2019-H1", "2024-H1"}  # dim_periods


def test_nobody_is_told_what_another_login_reads(readers: World) -> None:
    for reader, blocs, units in (
        (BLOC, ["DLK", "DLKCQ"], []),
        (UNIT, [], ["LAN-001"]),
    ):
        password = add_reader(
            readers.settings, reader, blocs=blocs[:1], units=units, by="test"
        )
        with psycopg.connect(
            readers.settings.warehouse_url.get_secret_value(),
            user=reader,
            password=password,
        ) as connection:
            told = {who: _told(connection, who) for who in (BLOC, UNIT)}
        assert told.pop(reader) == (blocs, units)
        assert list(told.values()) == [([], [])]


def _told(connection: Connection, who: str) -> tuple[list[str], ...]:
    row = connection.execute(
        "select monitoring.readable_blocs(%(who)s), monitoring.readable_units(%(who)s),"
        " monitoring.units_of_readable_blocs(%(who)s)",
        {"who": who},
    ).fetchone()
    assert row is not None
    assert bool(row[0]) == bool(row[2])
    return sorted(set(row[0])), sorted(set(row[1]))


def test_a_unit_sees_its_own_rows_and_no_totals(readers: World) -> None:
    with reading_as(readers, UNIT) as connection:
        assert seen(connection, "reporting_unit_code") == {"LAN-001"}
        assert seen(connection, "unit_code") == {"LAN-001"}
        assert connection.execute("select * from rpt_bloc_totals").fetchall() == []


def test_a_unit_sees_what_was_planned_for_it(readers: World) -> None:
    with reading_as(readers, UNIT) as connection:
        connection.execute("set local role transform")
        connection.execute("set constraints all deferred")  # undone before they count
        connection.execute(
            "insert into fct_admission_plans (unit_key, period_key,"
            " reporting_unit_code, unit_kind, bloc_code, period_code,"
            " planned_unit_code, period_year, from_year, to_year,"
            " planned_admissions, plan_end, plan_start, _submission_id,"
            " _file_sha256, _sheet_row)"
            " select 'k', 20241212, 'LAN-VP', 'bloc_office', 'LAN', '2024-Y', unit,"
            " 2024, 2024, 2024, 7, '2024-12-31', '2024-01-01', 1, '', row"
            " from unnest(array['LAN-001', 'LAN-002']) with ordinality as u (unit, row)"
        )
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(UNIT)))
        assert connection.execute(
            "select planned_unit_code, planned_admissions from fct_admission_plans"
        ).fetchall() == [("LAN-001", 7)]


def test_bi_reader_sees_all_and_a_login_that_is_not_listed_nothing(
    readers: World,
) -> None:
    with reading_as(readers, "bi_reader") as connection:
        assert seen(connection, "bloc_code") >= {"LAN", "DLK", "DLKCQ"}
    with connect("owner", settings=readers.settings) as connection:
        connection.execute("create role stranger in role bi_reader")
    try:
        with reading_as(readers, "stranger") as connection:
            assert seen(connection, "bloc_code") == set()
    finally:
        with connect("owner", settings=readers.settings) as connection:
            connection.execute("drop role stranger")


def test_monitoring_keeps_to_the_same_rows(readers: World) -> None:
    with connect("owner", settings=readers.settings) as connection:
        connection.execute("set local role ingest")
        for bloc, unit in (("LAN", "LAN-001"), ("LAN", "LAN-002"), ("DLKCQ", "CQ-001")):
            connection.execute(
                "insert into quality.holds (unit_code, form, period_code, rule,"
                " cause_vi, cause_en)"
                " values (%s, 'ratings', '2024-H1', 'test', '', '')",
                [unit],
            )
            connection.execute(
                "insert into quality.alerts (cause, kind, severity, bloc_code,"
                " unit_code, subject, text_vi, text_en) values (%s, 'test', 'warning',"
                " %s, %s, '', '', '')",
                [f"test {unit}", bloc, unit],
            )
        seen_units = {}
        for role in (BLOC, UNIT, "bi_reader"):
            connection.execute("reset role")
            connection.execute(
                sql.SQL("grant {} to current_user with set true").format(
                    sql.Identifier(role)
                )
            )
            connection.execute(
                sql.SQL("set local role {}").format(sql.Identifier(role))
            )
            seen_units[role] = [
                sorted(unit for (unit,) in connection.execute(query))
                for query in (
                    "select unit_code from monitoring.holds where rule = 'test'",
                    "select unit_code from monitoring.alerts where kind = 'test'",
                )
            ]
        connection.rollback()
    assert seen_units == {
        BLOC: [["CQ-001"], ["CQ-001"]],
        UNIT: [["LAN-001"], ["LAN-001"]],
        "bi_reader": [["CQ-001", "LAN-001", "LAN-002"]] * 2,
    }


def test_readers_are_listed(readers: World) -> None:
    found = {
        reader.name: (reader.blocs, reader.units)
        for reader in list_readers(readers.settings)
    }
    assert found == {BLOC: (("DLK",), ()), UNIT: ((), ("LAN-001",))}


@pytest.mark.parametrize(
    ("name", "blocs", "said"),
    [
        ("transform", ["LAN"], "exists and is no reader"),
        ("Nguyen An", ["LAN"], "small letters"),
        ("public", ["LAN"], "PostgreSQL keeps the name public"),
        ("pg_lan", ["LAN"], "PostgreSQL keeps the name pg_lan"),
        ("somebody", [], "at least one bloc or unit"),
        ("somebody", ["XXX"], "no bloc is called XXX"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    readers: World, name: str, blocs: list[str], said: str
) -> None:
    with pytest.raises(ReaderError, match=said):
        add_reader(readers.settings, name, blocs=blocs, by="test")
    with pytest.raises(ReaderError, match="no reader"):
        remove_reader(readers.settings, "somebody")
