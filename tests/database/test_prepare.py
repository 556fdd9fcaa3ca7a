"""Preparing twice changes nothing, and each role keeps to its schemas."""

import psycopg
import pytest
from psycopg import Connection, errors, sql
from tests.arrow_types import TYPES_OF_ARROW
from tests.labels import IN_TWO_LANGUAGES

from bloc_warehouse.database import embedded, logins
from bloc_warehouse.database.connection import (
    Role,
    WarehouseUnavailableError,
    connect,
    sqlalchemy_url,
)
from bloc_warehouse.database.prepare import (
    INGEST_SCHEMAS,
    TRANSFORM_SCHEMAS,
    prepare,
)
from bloc_warehouse.database.readers import add_reader, remove_reader
from bloc_warehouse.settings import Settings

ALL_SCHEMAS = {*INGEST_SCHEMAS, *TRANSFORM_SCHEMAS}

STATE = """
select 'schema', nspname, nspowner::regrole::text, nspacl::text
from pg_namespace
where nspname !~ '^(pg_|information_schema)'
union all
select 'table', oid::regclass::text, relowner::regrole::text,
    (select array_agg(acl order by acl::text) from unnest(relacl) as acl)::text
from pg_class
where relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
union all
select 'default', defaclnamespace::regnamespace::text, defaclrole::regrole::text,
    defaclacl::text
from pg_default_acl
union all
select 'database', datname, datdba::regrole::text, datacl::text
from pg_database where datname = current_database()
order by 1, 2, 3, 4
"""


def test_preparing_twice_is_preparing_once(warehouse: Settings) -> None:
    before = _state(warehouse)
    prepare(warehouse)
    assert _state(warehouse) == before
    assert before


def test_each_schema_has_its_owner(warehouse: Settings) -> None:
    owners = {row[1]: row[2] for row in _state(warehouse) if row[0] == "schema"}
    assert {owners[schema] for schema in INGEST_SCHEMAS} == {"ingest"}
    assert {owners[schema] for schema in TRANSFORM_SCHEMAS} == {"transform"}
    assert set(owners) == ALL_SCHEMAS | {"public"}


def test_the_owner_needs_no_superuser(warehouse: Settings) -> None:
    with connect("owner", settings=warehouse) as connection:
        found = connection.execute(
            "select rolsuper from pg_roles where rolname = current_user"
        )
        assert found.fetchone() == (False,)


ELSEWHERE = {
    "TimeZone": "Asia/Ho_Chi_Minh",
    "DateStyle": "German, DMY",
    "IntervalStyle": "iso_8601",
    "extra_float_digits": "-5",
    "search_path": "pg_catalog, public",
    "default_transaction_isolation": "serializable",
    "default_transaction_read_only": "on",
    "transform_null_equals": "on",
    "standard_conforming_strings": "off",
    "array_nulls": "off",
    "bytea_output": "escape",
    "row_security": "off",
    "jit": "on",
    "statement_timeout": "1s",
    "transaction_timeout": "2s",
    "idle_session_timeout": "3s",
    "idle_in_transaction_session_timeout": "4s",
    "lock_timeout": "5s",
}
"""Settings by which a server or a database may differ from ours."""


@pytest.mark.parametrize(
    ("role", "defaults"),
    [
        ("ingest", logins.WORK_SETTINGS),
        ("transform", logins.WORK_SETTINGS),
        ("bi_reader", logins.READER_SETTINGS),
    ],
)
def test_sessions_begin_alike_on_a_server_that_is_set_otherwise(
    server: embedded.Server, warehouse: Settings, role: Role, defaults: dict[str, str]
) -> None:
    with connect("owner", autocommit=True, settings=warehouse) as owner:
        database = sql.Identifier(owner.info.dbname)
        for name, value in ELSEWHERE.items():
            owner.execute(
                sql.SQL("alter database {} set {} to {}").format(
                    database,
                    sql.Identifier(name),
                    sql.SQL(value if "," in value else repr(value)),
                )
            )
    with connect(role, settings=warehouse) as connection:
        found = {
            name: connection.execute("select current_setting(%s)", [name]).fetchone()[0]
            for name in defaults
        }
    assert found == defaults


def test_roles_of_an_older_warehouse_get_the_settings_that_they_lack(
    warehouse: Settings,
) -> None:
    add_reader(warehouse, "reads_all", is_public=True, by="test")
    roles = (*("ingest", "transform", "bi_reader"), "reads_all")
    before = _settings_of(warehouse, roles)
    with connect("owner", settings=warehouse) as owner:
        for role in roles:
            owner.execute(
                sql.SQL("alter role {} reset jit").format(sql.Identifier(role))
            )
    assert "jit=off" not in str(_settings_of(warehouse, roles))
    prepare(warehouse)
    assert {role: set(found) for role, found in before.items()} == {
        role: set(found) for role, found in _settings_of(warehouse, roles).items()
    }
    remove_reader(warehouse, "reads_all")


def _settings_of(settings: Settings, roles: tuple[str, ...]) -> dict[str, list[str]]:
    with connect("owner", settings=settings) as connection:
        return dict(
            connection.execute(
                "select rolname, rolconfig from pg_roles where rolname = any (%s)",
                [list(roles)],
            ).fetchall()
        )


def test_another_encoding_is_refused(
    server: embedded.Server, warehouse: Settings
) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("drop database if exists dw_ascii")
        connection.execute(
            "create database dw_ascii template template0 encoding 'SQL_ASCII'"
            " locale_provider libc locale 'C' owner dw_owner"
        )
    address = (
        warehouse.warehouse_url.get_secret_value().rpartition("/")[0] + "/dw_ascii"
    )
    with pytest.raises(WarehouseUnavailableError, match="encoded in SQL_ASCII"):
        prepare(warehouse.with_changes(warehouse_url=address))


def test_bi_reader_reads_marts_and_monitoring_and_nothing_else(
    warehouse: Settings,
) -> None:
    _make_a_table_in_each_schema(warehouse)
    with connect("bi_reader", settings=warehouse) as connection:
        readable = {s for s in ALL_SCHEMAS if _can(connection, "select * from {}.t", s)}
        writable = {
            s for s in ALL_SCHEMAS if _can(connection, "insert into {}.t values (2)", s)
        }
        may_create = {
            s
            for s in {*ALL_SCHEMAS, "public", "pg_temp"}
            if _can(connection, "create table {}.made (n int)", s)
        }
    assert readable == {"marts", "monitoring"}
    assert writable == set()
    assert may_create == set()


def test_ingest_reads_what_transform_makes_and_the_other_way_round(
    warehouse: Settings,
) -> None:
    _make_a_table_in_each_schema(warehouse)
    with connect("ingest", settings=warehouse) as connection:
        assert all(_can(connection, "select * from {}.t", s) for s in ALL_SCHEMAS)
        assert not any(
            _can(connection, "insert into {}.t values (2)", s)
            for s in TRANSFORM_SCHEMAS
        )
    with connect("transform", settings=warehouse) as connection:
        assert _can(connection, "select * from {}.t", "raw")
        assert _can(connection, "select * from {}.t", "quality")
        assert not _can(connection, "insert into {}.t values (2)", "raw")
        assert not _can(connection, "insert into {}.t values (2)", "quality")


def test_transform_may_rotate_the_marts_and_readers_follow(warehouse: Settings) -> None:
    _make_a_table_in_each_schema(warehouse)
    with connect("transform", settings=warehouse) as connection:
        connection.execute("alter schema marts rename to rotating")
        connection.execute("alter schema marts_candidate rename to marts")
        connection.execute("alter schema rotating rename to marts_candidate")
        connection.execute("grant usage on schema marts to public")
        connection.execute("revoke usage on schema marts_candidate from public")
        connection.execute("create table marts.made_later (n int)")
    with connect("bi_reader", settings=warehouse) as connection:
        assert _can(connection, "select * from {}.t", "marts")
        assert _can(connection, "select * from {}.made_later", "marts")
        assert not _can(connection, "select * from {}.t", "marts_candidate")


def test_a_wrong_password_is_one_clear_line(warehouse: Settings) -> None:
    with pytest.raises(WarehouseUnavailableError) as caught:
        connect(
            "ingest", settings=warehouse.with_changes(ingest_password="guessed-word")
        )
    assert "as ingest" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "guessed-word" not in str(caught.value)


def test_sqlalchemy_gets_its_driver(warehouse: Settings) -> None:
    assert sqlalchemy_url("ingest", warehouse).startswith(
        "postgresql+psycopg://ingest:"
    )


def _state(settings: Settings) -> list[tuple[str, ...]]:
    with connect("owner", settings=settings) as connection:
        return connection.execute(STATE).fetchall()


def _make_a_table_in_each_schema(settings: Settings) -> None:
    for role, schemas in (
        ("ingest", INGEST_SCHEMAS),
        ("transform", (*TRANSFORM_SCHEMAS,)),
    ):
        with connect(role, settings=settings) as connection:  # type: ignore[arg-type]
            for schema in schemas:
                _run(connection, "create table {}.t as select 1 as n", schema)


def _can(connection: Connection, statement: str, schema: str) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            _run(connection, statement, schema)
    except errors.InsufficientPrivilege:
        return False
    return True


def _run(connection: Connection, statement: str, schema: str) -> None:
    connection.execute(
        sql.SQL(statement).format(sql.Identifier(schema))  # type: ignore[arg-type]
    )


def test_readers_find_each_monitoring_column_explained_in_two_languages(
    warehouse: Settings,
) -> None:
    """A Vietnamese label, then what it is in English; preparing again loses nothing."""
    prepare(warehouse)
    with connect("bi_reader", settings=warehouse) as connection:
        found = connection.execute(
            "select attrelid::regclass::text, attname::text,"
            " coalesce(col_description(attrelid, attnum), ''),"
            " coalesce(obj_description(attrelid, 'pg_class'), '')"
            " from pg_attribute inner join pg_class on attrelid = pg_class.oid"
            " where relnamespace = 'monitoring'::regnamespace and relkind = 'v'"
            " and attnum > 0"
        ).fetchall()
    assert len({view for view, *_ in found}) > 10
    unclear = [
        (view, column)
        for view, column, meaning, grain in found
        if not (IN_TWO_LANGUAGES.match(meaning) and IN_TWO_LANGUAGES.match(grain))
    ]
    assert unclear == []


def test_readers_get_monitoring_columns_in_types_that_arrow_reads(
    warehouse: Settings,
) -> None:
    with connect("bi_reader", settings=warehouse) as connection:
        found = connection.execute(
            "select attrelid::regclass::text, attname::text,"
            " format_type(atttypid, atttypmod)"
            " from pg_attribute inner join pg_class on attrelid = pg_class.oid"
            " where relnamespace = 'monitoring'::regnamespace and relkind = 'v'"
            " and attnum > 0"
        ).fetchall()
    assert len({view for view, *_ in found}) > 10
    assert [each for each in found if each[2] not in TYPES_OF_ARROW] == []
