"""Wide views: a table's rows under names and labels, whatever release readers see."""

from collections.abc import Callable, Mapping
from typing import Any, LiteralString

import pytest
from psycopg import Connection, sql
from tests.dbt_project.world import World, membership

from bloc_warehouse.build.transform import build_marts, stage
from bloc_warehouse.database.connection import connect
from bloc_warehouse.publish.publish import rollback

# where a view shows not just all of a table's rows: which of the view's, and which of
# the table's, are the same
_SAME: dict[str, tuple[LiteralString, LiteralString]] = {
    "v_ratings": ("true", "is_open_at_end"),
    "v_members": ("is_reported", "is_current"),
    "v_admissions": ("record = 'admitted'", "true"),
}
_READS_BESIDES = {"v_members": {"dim_units"}, "v_admissions": {"fct_admission_plans"}}


@pytest.fixture(scope="module")
def tables(manifest: Mapping[str, Any]) -> dict[str, str]:
    """View → the table whose rows it shows, which it names first."""
    return {
        node["name"]: node["refs"][0]["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["name"].startswith("v_")
    }


@pytest.fixture(scope="module")
def published(copies: Callable[[], World]) -> World:
    """The small world, published."""
    world = copies()
    assert world.publish().published
    return world


def _build_and_publish(world: World) -> None:
    stage(world.settings)
    build_marts(world.settings)
    assert world.publish().published


def _rows(
    connection: Connection,
    relation: str,
    columns: sql.Composable,
    only: LiteralString,
) -> list[Any]:
    query = sql.SQL("select ({})::text from {} where {} order by 1")
    made = query.format(columns, sql.Identifier("marts", relation), sql.SQL(only))
    return [row for (row,) in connection.execute(made)]


def _shared(connection: Connection, view: str, table: str) -> sql.Composable:
    """Return the columns that both have."""
    names = connection.execute(
        "select column_name from information_schema.columns"
        " where table_schema = 'marts' and table_name in (%s, %s)"
        " group by 1 having count(*) = 2 order by 1",
        [view, table],
    )
    return sql.SQL("row({})").format(
        sql.SQL(", ").join(sql.Identifier(name) for (name,) in names)
    )


def _assert_views_show_the_tables(world: World, tables: Mapping[str, str]) -> None:
    with connect("bi_reader", settings=world.settings) as connection:
        for view, table in tables.items():
            columns = _shared(connection, view, table)
            ours, theirs = _SAME.get(view, ("true", "true"))
            shown = _rows(connection, view, columns, ours)
            assert shown == _rows(connection, table, columns, theirs), view


def test_each_release_has_the_views_over_its_own_tables(
    published: World, tables: Mapping[str, str]
) -> None:
    """After builds of what changed, whichever of the three schemas is live."""
    assert len(tables) > 8
    _assert_views_show_the_tables(published, tables)
    for closing in (4801, 4802, 4803):
        published.send(
            "LAN-001", "membership", "2024-H1", membership=membership(4700, closing)
        )
        _build_and_publish(published)
        _assert_views_show_the_tables(published, tables)
    rollback(published.settings, by="t")
    _assert_views_show_the_tables(published, tables)


def test_who_asks_a_view_for_its_tables_columns_waits_for_no_other_table(
    published: World, tables: Mapping[str, str]
) -> None:
    """PostgreSQL leaves out what is joined by a unique key and not asked for."""
    with connect("bi_reader", settings=published.settings) as connection:
        for view, table in tables.items():
            query = sql.SQL(
                "explain (format json) select count(*) from {} where bloc_code = 'LAN'"
            )
            ((plan,),) = connection.execute(
                query.format(sql.Identifier("marts", view))
            ).fetchall()
            expected = {table} | _READS_BESIDES.get(view, set())
            assert set(_scanned(plan[0]["Plan"])) == expected, view


def test_an_open_unit_has_one_row_among_the_members_of_today(
    published: World,
) -> None:
    with connect("bi_reader", settings=published.settings) as connection:
        shown = connection.execute(
            "select unit_code, closing_total is not null, is_reported, bloc_code"
            " from marts.v_members order by 1"
        ).fetchall()
    assert shown == [
        ("CQ-001", False, False, "DLK"),
        ("LAN-001", True, True, "LAN"),
        ("LAN-002", True, True, "LAN"),
    ]


def _scanned(plan: Mapping[str, Any]) -> list[str]:
    """Return the relations that a plan reads."""
    here = [plan["Relation Name"]] if "Relation Name" in plan else []
    return here + [name for below in plan.get("Plans", ()) for name in _scanned(below)]
