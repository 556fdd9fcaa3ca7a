"""What BI tools find in the catalogue: keys, foreign keys, and names that say so."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import LiteralString

import pytest
from psycopg import Connection, sql
from sqlalchemy import create_engine, inspect
from tests.conftest import _execute, database_of
from tests.dbt_project.world import World, membership
from tests.publish.test_blocked_blocs import audit

from bloc_warehouse.build.transform import build_marts, stage
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.publish.publish import publish, rollback
from bloc_warehouse.reference.apply import apply

_FACTS_LEAD_TO = {"dim_blocs", "dim_periods", "dim_units"}


def keys(connection: Connection, schema: str) -> dict[str, set[tuple[str, str]]]:
    """Return table → its foreign keys, each as (column, dimension)."""
    found: dict[str, set[tuple[str, str]]] = {
        table: set()
        for (table,) in connection.execute(
            "select relname from pg_class where relkind = 'r'"
            " and relnamespace = to_regnamespace(%s)",
            [schema],
        )
    }
    for table, column, dimension in connection.execute(
        "select mart.relname, attname, dimension.relname from pg_constraint"
        " inner join pg_class as mart on conrelid = mart.oid"
        " inner join pg_class as dimension on confrelid = dimension.oid"
        " inner join pg_attribute on attrelid = conrelid and attnum = conkey[1]"
        " where contype = 'f' and connamespace = to_regnamespace(%s)"
        " and mart.relnamespace = dimension.relnamespace",
        [schema],
    ):
        found[table].add((column, dimension))
    return found


def try_all(connection: Connection, schema: str) -> int:
    """Have the server look at each row of each foreign key; return their number."""
    declared = connection.execute(
        "select conrelid::regclass::text, conname from pg_constraint"
        " where contype = 'f' and connamespace = to_regnamespace(%s)",
        [schema],
    ).fetchall()
    for table, name in declared:
        connection.execute(
            sql.SQL("alter table {} validate constraint {}").format(
                sql.Identifier(*table.split(".")), sql.Identifier(name)
            )
        )
    connection.rollback()
    return len(declared)


def one_column(connection: Connection, query: LiteralString) -> list[object]:
    """Return the first column of a query."""
    return [value for (value, *_) in connection.execute(query)]


@pytest.fixture
def copy(
    copies: Callable[[], World], server: embedded.Server, tmp_path: Path
) -> Iterator[World]:
    """A copy of the small world, built by dbt and not published, with its own lists."""
    world = copies()
    lists = shutil.copytree(world.settings.reference_dir, tmp_path / "reference")
    world.settings = world.settings.with_changes(reference_dir=lists)
    yield world
    database = database_of(world.settings)
    _execute(server, "drop database {} with (force)", database)


def test_every_mart_has_a_key_and_every_fact_leads_to_its_dimensions(
    world: World,
) -> None:
    with connect("transform", settings=world.settings) as connection:
        found = keys(connection, "marts_candidate")
        assert "fct_membership" in found
        assert (
            one_column(
                connection,
                "select relname from pg_class where relkind = 'r'"
                " and relnamespace = 'marts_candidate'::regnamespace"
                " and not exists (select from"
                "  pg_constraint where conrelid = pg_class.oid and contype = 'p')",
            )
            == []
        )
        loose = {
            table: missing
            for table, led_to in found.items()
            if table.startswith("fct_")
            and (missing := _FACTS_LEAD_TO - {dimension for _, dimension in led_to})
        }
        assert loose == {}
        assert try_all(connection, "marts_candidate") > 100


def test_names_say_what_they_are_of(world: World) -> None:
    with connect("transform", settings=world.settings) as connection:
        names = one_column(
            connection,
            "select relname from pg_class where relkind = 'i' and relnamespace = any"
            " (array['marts_candidate', 'intermediate', 'staging']::regnamespace[])"
            " union all select conname from pg_constraint where contype in ('p', 'f')"
            " and connamespace = 'marts_candidate'::regnamespace",
        )
    assert "fct_membership_pkey" in names
    assert "fct_membership_bloc_code_interval_end_idx" in names
    assert "fct_membership_unit_key_fkey" in names
    odd = [name for name in names if not str(name).endswith(("_pkey", "_fkey", "_idx"))]
    assert odd == []


@pytest.mark.slow
def test_keys_outlast_builds_publications_and_what_people_decide(copy: World) -> None:
    settings = copy.settings
    with connect("transform", settings=settings) as connection:
        whole = keys(connection, "marts_candidate")

    def stands(schema: str) -> None:
        with connect("transform", settings=settings) as connection:
            assert keys(connection, schema) == whole
            assert try_all(connection, schema) > 100

    # of what changed, other lists among it
    copy.send("LAN-002", "membership", "2024-H1", membership=membership(51, 52))
    listed = settings.reference_dir / "ref_units.csv"
    known = listed.read_text(encoding="utf-8")
    line = next(line for line in known.splitlines() if line.startswith("LAN-002"))
    another = line.replace("LAN-002", "LAN-003")
    listed.write_text(f"{known}{another}\n", encoding="utf-8")
    apply(settings, by="test")
    stage(settings)
    build_marts(settings)
    stands("marts_candidate")

    assert copy.publish().published
    stands("marts")
    assert read_as_a_tool(copy) == [
        "reporting_unit_code",
        "period_year",
        "interval_end",
    ]

    stage(settings)
    build_marts(settings)
    declare_again(copy)
    block(copy, "LAN")
    assert publish(settings, by="ana").kept
    stands("marts")
    publish(settings, by="ana", override=True, reason="recounted")
    stands("marts")
    rollback(settings, by="ana")
    stands("marts")


def read_as_a_tool(world: World) -> list[str]:
    """Return a mart's primary key, as SQLAlchemy tells it to a reader's login."""
    with connect("bi_reader", settings=world.settings) as connection:
        found = inspect(
            create_engine("postgresql+psycopg://", creator=lambda: connection)
        )
        leads = {
            (key["constrained_columns"][0], key["referred_table"])
            for key in found.get_foreign_keys("fct_membership", schema="marts")
        }
        assert ("unit_key", "dim_units") in leads
        key = found.get_pk_constraint("fct_membership", schema="marts")
        return list(key["constrained_columns"])


def declare_again(world: World) -> None:
    """Do what dbt does at a run's end, after a build without it."""
    with connect("transform", settings=world.settings) as connection:
        connection.execute(
            "select quality.declare_foreign_keys('marts_candidate',"
            " (select jsonb_agg(jsonb_build_array(mart.relname, own.attname,"
            "   dimension.relname, referred.attname)) from pg_constraint"
            "  inner join pg_class as mart on conrelid = mart.oid"
            "  inner join pg_class as dimension on confrelid = dimension.oid"
            "  inner join pg_attribute as own"
            "   on own.attrelid = conrelid and own.attnum = conkey[1]"
            "  inner join pg_attribute as referred"
            "   on referred.attrelid = confrelid and referred.attnum = confkey[1]"
            "  where contype = 'f' and connamespace = 'marts'::regnamespace))"
        )


def block(world: World, bloc: str) -> None:
    """Say of the candidate that its audit found something critical in a bloc."""
    with connect("transform", settings=world.settings) as connection:
        (number,) = one_column(
            connection, "select max(release_id) from quality.releases"
        )
    audit(world.settings, int(str(number)), [bloc])
