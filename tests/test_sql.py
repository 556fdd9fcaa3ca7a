"""SQL is redirected to other tables, and otherwise left as it was."""

from importlib.resources import files

import psycopg
import pytest
from tests.paths import EXPECTATIONS

from bloc_warehouse.checks.rule_queries import queries
from bloc_warehouse.checks.suites import all_rules
from bloc_warehouse.database.connection import connect
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.settings import Settings
from bloc_warehouse.sql import (
    SchemaRedirect,
    UnreadableSqlError,
    published,
    redirected,
    statement,
    tables_of,
)


def test_every_statement_of_the_package_is_found_by_its_name() -> None:
    package = files("bloc_warehouse")
    for folder in ("alerts", "build", "checks", "history", "publish", "reports"):
        for path in package.joinpath(folder, "sql").iterdir():
            name = path.name.removesuffix(".sql")
            assert statement(f"{folder}/{name}").as_string() == path.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select * from marts_candidate.t", 'select * from marts."t"'),
        ('select * from "dw"."marts_candidate"."t"', 'select * from marts."t"'),
        (
            "select marts_candidate.t.a from marts_candidate.t",
            'select marts."t".a from marts."t"',
        ),
        (
            "with t as (select 'ệ' as a) select * from t, marts_candidate.t as u",
            "with t as (select 'ệ' as a) select * from t, marts.\"t\" as u",
        ),
        (
            "insert into marts_candidate.t values (%(a)s); analyze marts_candidate.t",
            'insert into marts."t" values (%(a)s); analyze marts."t"',
        ),
        (
            "create temporary view v as select 1 from marts_candidate.t",
            'create temporary view v as select 1 from marts."t"',
        ),
    ],
)
def test_tables_are_read_in_another_schema(text: str, expected: str) -> None:
    assert redirected(text, published) == expected


@pytest.mark.parametrize(
    "text",
    [
        "select 1 -- from marts_candidate.t\n",
        "select /* marts_candidate.t */ 'marts_candidate.t', $$marts_candidate.t$$",
        "select marts_candidate.a from reference.b as marts_candidate",
        "select marts_candidate.f(1)",
        "select *  from\treference.t   where A  IS NOT  DISTINCT FROM b::INTEGER",
    ],
)
def test_what_is_no_table_stays_as_it_was_written(text: str) -> None:
    assert redirected(text, published) == text


@pytest.mark.parametrize("text", ["select from where (", "vacuum full raw.files"])
def test_what_nobody_can_read_is_refused(text: str) -> None:
    with pytest.raises(UnreadableSqlError, match=text[:6]):
        redirected(text, published)


def test_the_rules_queries_stay_the_same_but_for_their_schemas() -> None:
    registry = load_registry()
    seen = 0
    for _, rule in all_rules(EXPECTATIONS):
        for query in queries(rule, registry) if rule.sql else ():
            text = query.as_string()
            moved = redirected(text, lambda schema, _: f"other_{schema}")
            back = redirected(moved, lambda schema, _: schema.removeprefix("other_"))
            assert back.replace('"', "") == text.replace('"', "")
            assert {schema for schema, _ in tables_of(moved)} == {
                f"other_{schema}" for schema, _ in tables_of(text)
            }
            seen += len(tables_of(text))
    assert seen > 50


def test_a_connection_reads_and_writes_temporary_tables(warehouse: Settings) -> None:
    with connect("ingest", settings=warehouse) as connection:
        connection.execute("create temporary table failures (like quality.failures)")
        SchemaRedirect(connection).add("failures")
        connection.execute(
            "insert into quality.failures (failure_id, pipeline, step, run, error,"
            " failed_at, failure_count) values (1, %s, 's', 'r', 'e', now(), 1)",
            ["quality.failures"],
        )
        found = connection.execute("select pipeline from quality.failures")
        assert found.fetchall() == [("quality.failures",)]
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("select 1 from quality.nowhere")
        connection.rollback()
    with connect("ingest", settings=warehouse) as connection:
        kept = connection.execute("select count(*) from quality.failures").fetchone()
        assert kept == (0,)
