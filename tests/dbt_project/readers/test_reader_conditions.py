"""Conditions of a reader's own: on which rows PostgreSQL tries them.

A condition that fails tells of the row that it was tried on. So it must not be tried on
a row that the reader must not see, however the question is put.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import LiteralString, TypeVar

import psycopg
import pytest
from psycopg import Connection, errors, sql
from tests.dbt_project.readers.reader_world import (
    BLIND,
    PUBLIC,
    Readers,
    counts,
    named,
    relations,
)

from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.readers import add_reader, remove_reader

Told = TypeVar("Told")

# Both fail when the query runs, not before. The first shows the value; PostgreSQL holds
# the second harmless and free, and tries it early
_PROBES: tuple[LiteralString, ...] = (
    "case when {shared} then ('told: ' || coalesce({column}::text, '')"
    " || left(session_user, 0))::integer = 1 else false end",
    "case when {shared} and {column} is not null"
    " then (select 1 / length(left(session_user, 0)) = 1) else false end",
)
# what a condition asks of a column, and of which types (None: all); it fails if true
_KINDS: dict[str, tuple[tuple[str, ...] | None, LiteralString]] = {
    "its text": (None, "('told: ' || coalesce({0}::text, '') || left(session_user, 0))"
                 "::integer = 1"),
    "equal to a value": (None, "{0} = {0}"),
    "less than a value": (("bigint", "integer", "date", "double precision"),
                          "{0} <= {0}"),
    # these cost nothing
    "null": (None, "{0} is not null"),
    "one of a list": (("text", "integer"), "('{{}}'::jsonb)[{0}] is null"
                      " and {0} is not null"),
}  # fmt: skip
_FREE = {"null", "one of a list"}
# ways to ask for a relation's rows
_WAYS: dict[str, LiteralString] = {
    "the rows": "select count(*) from {mart} where {condition}",
    "no children": "select count(*) from only {mart} where {condition}",
    "subquery": "select count(*) from (select * from {mart}) as q where {condition}",
    "distinct": "select count(*) from (select distinct * from {mart}) as q"
    " where {condition}",
    "groups": "select count(*) from {mart} group by {column}"
    " having bool_or({condition})",
    "groups' rows": "select {column} from (select * from {mart}) as q"
    " where {condition} group by {column}",
    "common table": "with q as (select * from {mart}) select count(*) from q"
    " where {condition}",
    "kept common table": "with q as materialized (select * from {mart})"
    " select count(*) from q where {condition}",
    "recursion": "with recursive q as (select * from {mart}"
    " union all select * from q where false) select count(*) from q where {condition}",
    "lateral": "select count(*) from (values (1)) as v,"
    " lateral (select * from {mart} where {condition}) as q",
    "outer join": "select count(q) from (values (1)) as v left join {mart} as q"
    " on {condition}",
    "semi join": "select exists (select from {mart} where {condition})",
    "anti join": "select count(*) from (values (1)) as v"
    " where not exists (select from {mart} where {condition})",
    "joined to itself": "select count(*) from {mart} as q"
    " inner join (select {column} as other from {mart}) as o on {column} = other"
    " where {condition}",
    "window": "select count(*) from (select *, row_number() over ("
    " partition by {column}) from {mart}) as q where {condition}",
    "aggregate's filter": "select count(*) filter (where {condition}) from {mart}",
    "order": "select 1 from {mart} order by {condition} limit 1",
    "column": "select {condition} from {mart}",
    "union": "select count(*) from (select * from {mart}"
    " union select * from {mart}) as q where {condition}",
    "intersect": "select count(*) from (select * from {mart}"
    " intersect all select * from {mart}) as q where {condition}",
    "except": "select count(*) from (select * from {mart}"
    " except all select * from {mart} where false) as q where {condition}",
    "parts": "select count(*) from {mart} where {condition}"
    " union all select count(*) from {mart} where {condition}",
    "union all": "select count(*) from (select * from {mart}"
    " union all select * from {mart}) as q where {condition}",
    "union all of fenced parts": "select count(*) from (select * from"
    " (select * from {mart} offset 0) as a union all select * from {mart} limit 9) as q"
    " where {condition}",
    "union all, common table": "with q as (select * from {mart}"
    " union all select * from {mart}) select count(*) from q where {condition}",
    "union all, outer join": "select count(q) from (values (1)) as v left join"
    " (select * from {mart} union all select * from {mart}) as q on {condition}",
}
# where PostgreSQL tries the policy last among what costs nothing
_POLICY_LAST = {"union all", "union all, common table", "union all, outer join"}


@pytest.mark.parametrize("login", [BLIND, PUBLIC])
def test_a_condition_is_never_tried_on_a_row_that_the_reader_must_not_see(
    readers: Readers, login: str
) -> None:
    """The condition fails on the first row that it is tried on, and so tells of it."""
    everything, nothing = counts(readers, "bi_reader"), counts(readers, login)
    failed: dict[str, sql.Composed] = {}
    tried = 0
    with readers.session(login) as connection:
        for name, columns in relations(connection).items():
            shared = sql.SQL("true")
            if nothing[name]:  # rows of no bloc are everybody's
                if nothing[name] == everything[name]:
                    continue
                shared = sql.SQL("bloc_code is not null")
            for column, probe in product(columns, _PROBES):
                tried += 1
                condition = sql.SQL(probe).format(
                    shared=shared, column=sql.Identifier(column)
                )
                query = sql.SQL("select count(*) from {} where {}").format(
                    named(name), condition
                )
                try:
                    connection.execute(query)
                except errors.DataError as error:
                    failed[f"{name}.{column}: {error}"] = query
                    connection.rollback()
    assert _that_tell_of_rows(readers, failed) == []
    assert tried > 600


@pytest.mark.parametrize("cost", ["default", "2.3e-308", "0"])
def test_what_a_readers_union_all_tells_is_what_the_decision_says(
    readers: Readers, cost: LiteralString
) -> None:
    """Of tables, for a reader of some bloc: null or not, and text from a list."""
    setting: LiteralString = f"set cpu_operator_cost = {cost}"
    told = list(_told(readers, BLIND, setting))
    assert {(way, kind) for way, kind, _ in told} == (
        set(product(_POLICY_LAST, _FREE)) if cost != "0" else set()
    )
    assert [name for *_, name in told if not name.startswith("marts.")] == []
    assert [name for *_, name in told if name.startswith("marts.v_")] == []


def test_the_public_is_told_of_no_unit_however_it_asks(readers: Readers) -> None:
    assert list(_told(readers, PUBLIC, "reset all")) == []


def test_the_public_scans_no_row_of_units(readers: Readers) -> None:
    """So neither the planner's estimates nor the counts of a plan tell of any."""
    scanned = []
    nothing = counts(readers, PUBLIC)
    with readers.session(PUBLIC) as connection:
        of_units = [
            name
            for name, columns in relations(connection).items()
            if name.startswith("marts.")
            and not nothing[name]
            and any("unit_" in column for column in columns)
        ]
        for name in of_units:
            plan = connection.execute(
                sql.SQL("explain (analyze, format json) select * from {}").format(
                    named(name)
                )
            ).fetchone()
            if f"'Relation Name': '{name.removeprefix('marts.')}'" in str(plan):
                scanned.append(name)
    assert len(of_units) > 15
    assert scanned == []


def test_the_public_that_is_given_a_bloc_sees_it_in_its_next_question(
    readers: Readers,
) -> None:
    name = "becomes_officer"
    password = add_reader(readers.settings, name, is_public=True, by="test")
    readers.passwords[name] = password
    question = "select count(*) from marts.fct_returns"
    try:
        with readers.session(name) as connection:
            assert connection.execute(question).fetchone() == (0,)
            add_reader(readers.settings, name, blocs=["LAN"], by="test")
            (own,) = connection.execute(question).fetchone() or (0,)
            assert own > 0
    finally:
        remove_reader(readers.settings, name)


def _told(
    readers: Readers, login: str, setting: LiteralString
) -> Iterator[tuple[str, str, str]]:
    """Ask in all ways for what the login sees nothing of; return what fails."""
    everything, nothing = counts(readers, "bi_reader"), counts(readers, login)
    failed: dict[tuple[str, str, str], sql.Composed] = {}
    with readers.session(login) as connection:
        connection.autocommit = True
        connection.execute(setting)
        for name, types in _types(connection).items():
            if nothing[name] or not everything[name]:
                continue
            for (way, query), (kind, (wanted, test)) in product(
                _WAYS.items(), _KINDS.items()
            ):
                asked = [
                    sql.SQL(test).format(sql.Identifier(column))
                    for column, type_ in types
                    if wanted is None or type_ in wanted
                ]
                if not asked:
                    continue
                condition = sql.SQL(
                    "case when {} then (select 1 / length(left(session_user, 0)) = 1)"
                    " else false end"
                ).format(sql.SQL(" or ").join(asked))
                statement = sql.SQL(query).format(
                    mart=named(name),
                    condition=condition,
                    column=sql.Identifier(types[0][0]),
                )
                try:
                    connection.execute(statement)
                except errors.DataError:
                    failed[way, kind, name] = statement
    yield from _that_tell_of_rows(readers, failed)


def _types(connection: Connection) -> dict[str, list[tuple[str, str]]]:
    """Return the columns of each relation that a reader may select from, with types."""
    rows = connection.execute(
        "select pg_class.oid::regclass::text, attname::text,"
        " format_type(atttypid, null)"
        " from pg_class inner join pg_attribute on attrelid = pg_class.oid"
        " where relnamespace in ('marts'::regnamespace, 'monitoring'::regnamespace)"
        " and relkind in ('r', 'v') and attnum > 0 and not attisdropped"
        " order by pg_class.oid, attnum"
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for name, column, type_ in rows:
        found.setdefault(name, []).append((column, type_))
    return found


def _that_tell_of_rows(
    readers: Readers, failed: Mapping[Told, sql.Composed]
) -> list[Told]:
    """Leave out what fails where marts are empty too: a view's constants."""
    told: list[Told] = []
    with connect("owner", settings=readers.settings) as connection:
        marts = connection.execute(
            "select oid::regclass::text from pg_class"
            " where relnamespace = 'marts'::regnamespace and relkind = 'r'"
        ).fetchall()
        connection.execute(
            sql.SQL("truncate {}").format(
                sql.SQL(", ").join(named(name) for (name,) in marts)
            )
        )
        for what, query in failed.items():
            with connection.transaction() as attempt:
                try:
                    connection.execute(query)
                except errors.DataError:
                    raise psycopg.Rollback(attempt) from None
                told.append(what)
        connection.rollback()
    return told
