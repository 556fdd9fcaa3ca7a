"""What a reader's rights cost: how PostgreSQL finds the rows that they leave."""

from collections.abc import Iterator, Mapping
from typing import Any, LiteralString

import pytest
from psycopg import Connection, sql
from tests.dbt_project.readers.reader_world import (
    ATTACKER,
    PUBLIC,
    Readers,
    named,
    relations,
)

from bloc_warehouse.database.readers import add_reader, remove_reader

UNIT_READER = "reads_lan_001"
# the columns by which rights go, each with the first column of an index of it
_INDEXED: LiteralString = (
    "select distinct indrelid::regclass::text, attname::text from pg_index"
    " inner join pg_attribute on attrelid = indrelid and attnum = indkey[0]"
    " inner join pg_class on pg_class.oid = indrelid"
    " where relnamespace = 'marts'::regnamespace and relname like 'fct\\_%%'"
    " and attname = any (%s)"
)


@pytest.fixture(scope="module")
def of_a_unit(readers: Readers) -> Iterator[str]:
    """A login that sees one unit."""
    readers.passwords[UNIT_READER] = add_reader(
        readers.settings, UNIT_READER, units=["LAN-001"], by="test"
    )
    yield UNIT_READER
    remove_reader(readers.settings, UNIT_READER)


def test_a_readers_rows_of_a_fact_are_found_by_an_index(
    readers: Readers, of_a_unit: str
) -> None:
    """Rows of the whole country are not looked through for those of one bloc."""
    units = ["reporting_unit_code", "unit_code"]
    for login, columns in ((ATTACKER, ["bloc_code"]), (of_a_unit, units)):
        with readers.session(login) as connection:
            facts = dict(connection.execute(_INDEXED, [columns]).fetchall())
            connection.execute("set enable_seqscan = off")  # the tables are small
            assert len(facts) > 8
            for fact, column in facts.items():
                plan = _plan(connection, fact)
                conditions = [str(node.get("Index Cond")) for node in _nodes(plan)]
                assert any(f"({column} = ANY" in each for each in conditions), fact
                scans = {node["Node Type"] for node in _nodes(plan)}
                assert "Seq Scan" not in scans, fact


def test_who_sees_all_has_no_row_tried(readers: Readers) -> None:
    with readers.session("bi_reader") as connection:
        tables = [name for name in relations(connection) if name.startswith("marts.")]
        for name in tables:
            if ".v_" not in name:
                assert "Filter" not in str(_plan(connection, name)), name
    assert len(tables) > 40


@pytest.mark.parametrize("login", [ATTACKER, PUBLIC, "bi_reader"])
def test_rights_do_not_keep_a_question_from_several_processors(
    readers: Readers, login: str
) -> None:
    with readers.session(login) as connection:
        for setting in (
            "parallel_setup_cost",
            "parallel_tuple_cost",
            "min_parallel_table_scan_size",
            "min_parallel_index_scan_size",
        ):
            connection.execute(sql.SQL("set {} = 0").format(sql.Identifier(setting)))
        for name in ("marts.fct_returns", "marts.rpt_bloc_totals", "marts.v_totals"):
            if login == PUBLIC and name == "marts.fct_returns":
                continue  # it scans no row of units at all
            plan = _plan(connection, name, "count(*)")
            assert "Gather" in {node["Node Type"] for node in _nodes(plan)}, name


def _plan(
    connection: Connection, relation: str, columns: LiteralString = "*"
) -> Mapping[str, Any]:
    query = sql.SQL("explain (format json) select {} from {}")
    ((plan,),) = connection.execute(
        query.format(sql.SQL(columns), named(relation))
    ).fetchall()
    return dict(plan[0]["Plan"])


def _nodes(plan: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [plan, *(node for below in plan.get("Plans", ()) for node in _nodes(below))]
