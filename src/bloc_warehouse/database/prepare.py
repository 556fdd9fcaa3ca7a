"""Make the warehouse ready: database, roles, schemas, tables, definitions, grants.

If the warehouse has the shape and the roles that this code needs, that is read and
nothing is done. Else all is done in one transaction, or nothing is.

Rights, in one place:

* ``ingest`` owns raw, quality and monitoring; it reads what dbt makes.
* ``transform`` owns the schemas that dbt fills and rotates; it reads raw and quality,
  and the lists in force, which ``ingest`` writes into the schema reference.
* Whoever is let into the database reads marts and monitoring, where policies and views
  leave each login its rows. Tables in all three rotated schemas carry that grant, so
  the rotation only has to move the right to enter them.
* ``bi_reader`` and the readers (``readers``) are let in, and have no other right.

Runs with the rights of the database's owner, who needs CREATEROLE and no more. Where
the server's superuser is known too, it makes the owner and the database, and takes from
everybody what only a superuser can. Where neither is, as in Airflow's tasks, it is only
looked whether all is ready.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import LiteralString, cast

import psycopg
from psycopg import Connection, errors, sql

from bloc_warehouse.database import definitions, logins, schema_version
from bloc_warehouse.database.connection import (
    Role,
    WarehouseUnavailableError,
    administrator_dsn,
    connect,
    dsn,
    open_connection,
    password,
)
from bloc_warehouse.database.locks import (
    Lock,
    lock_until_commit,
    naming_holders,
)
from bloc_warehouse.database.owner import can_log_in, create_login, make_owner
from bloc_warehouse.database.rotation import let_in
from bloc_warehouse.database.seeded_claims import keep_seeded_claims
from bloc_warehouse.settings import DatabaseSettings, Settings

INGEST_SCHEMAS = ("raw", "quality", "monitoring")
MARTS_SCHEMAS = ("marts_candidate", "marts", "marts_previous")
TRANSFORM_SCHEMAS = (
    *("reference", "staging", "intermediate"),
    *MARTS_SCHEMAS,
    "marts_blocked",  # rows of blocked blocs, kept back from the live release
)
_TABLES = tuple(f"{schema}.%" for schema in (*INGEST_SCHEMAS, *TRANSFORM_SCHEMAS))
# what the publish step writes; the quality schema makes them
PUBLISHING_TABLES = (
    "releases",
    "model_seconds",
    "publishing",
    "release_blocs",
    "publication_log",
    "published_totals",
    "published_claims",
)

_ROLES: dict[Role, Mapping[str, str]] = {
    "ingest": logins.WORK_SETTINGS,
    "transform": logins.WORK_SETTINGS,
    "bi_reader": logins.READER_SETTINGS,
}
_BI_CONNECTIONS = 40
_OLDEST_SERVER = 17
_TABLE_PATIENCE = "15s"


def prepare(settings: Settings, *, anew: bool = False) -> None:
    """Create the warehouse or bring it up to date; safe to repeat, and twice at once.

    Args:
        settings: Where it is.
        anew: Apply everything even where nothing seems to be missing.

    Raises:
        WarehouseUnavailableError: No connection, or the owner may not do it.
        WrongShapeError: A newer version of this code has changed the warehouse.
    """
    if not password("owner", settings) and not can_log_in("owner", settings):
        _require_ready(settings)
        return
    anew = make_owner(settings) or anew
    with connect("owner", autocommit=True, settings=settings) as connection:
        _require_fit_server(connection)
        if not anew and _is_ready(connection, settings):
            return
    _take_server_rights(settings)
    with _one_transaction(settings) as (connection, upgrade_tables):
        _wait_for_runs(connection)
        # another prepare was at it
        if not anew and _is_ready(connection, settings):
            return
        try:
            with naming_holders(connection, *_TABLES):
                _create_roles(connection, settings)
                grant_database(connection)
                _create_schemas(connection)
                keep_seeded_claims(connection, settings.reference_dir)
                _create_tables(connection, upgrade_tables)
                _grant(connection)
        except errors.InsufficientPrivilege as error:
            raise WarehouseUnavailableError(
                f"the database's owner may not prepare the warehouse: {error}"
            ) from error


def _require_ready(settings: DatabaseSettings) -> None:
    """Look as one who may change nothing.

    Raises:
        WarehouseUnavailableError: There is something to do.
    """
    with connect("ingest", autocommit=True, settings=settings) as connection:
        if not _is_ready(connection, settings):
            raise WarehouseUnavailableError(
                "the warehouse is not ready for this code, and here nobody knows its"
                " owner's password: run `bloc prepare` where it is known (in Compose:"
                " docker compose up init)"
            )


def prepare_empty(settings: Settings) -> None:
    """Create the database, roles and bare schemas: what a restore fills with tables.

    Raises:
        WarehouseUnavailableError: No connection, or the owner may not do it.
        ForeignRoleError: The server has another warehouse's roles.
    """
    make_owner(settings)
    with connect("owner", settings=settings) as connection:
        _require_fit_server(connection)
        lock_until_commit(connection, Lock.PREPARE)
        _create_roles(connection, settings)
        grant_database(connection)
        _create_schemas(connection)


def _require_fit_server(connection: Connection) -> None:
    """Refuse a server that would read or write other than what was tried.

    Raises:
        WarehouseUnavailableError: It is too old, or the database is not in UTF-8.
    """
    if connection.info.server_version < _OLDEST_SERVER * 10_000:
        raise WarehouseUnavailableError(
            f"the server is PostgreSQL {connection.info.server_version // 10_000};"
            f" {_OLDEST_SERVER} or later is needed"
        )
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise WarehouseUnavailableError(
            f"the database {connection.info.dbname} is encoded in {encoding}: create it"
            " again with encoding 'UTF8'"
        )


def _wait_for_runs(connection: Connection) -> None:
    """Change nothing under a run that is at work; then wait for no table for long.

    Who waits for a table keeps all others waiting who want it after.
    """
    connection.execute("set local lock_timeout = '10min'")
    for lock in (Lock.PREPARE, Lock.INTAKE, Lock.DBT, Lock.GATE):
        lock_until_commit(connection, lock)
    connection.execute("select set_config('lock_timeout', %s, true)", [_TABLE_PATIENCE])


def _is_ready(connection: Connection, settings: DatabaseSettings) -> bool:
    shape = schema_version.read_shape(connection)
    schema_version.refuse_newer(shape)
    return (
        shape
        == schema_version.Shape(
            schema_version.newest_revision(), definitions.fingerprint()
        )
        # roles do not come along when a database is restored: the server is asked
        and all(
            logins.has_defaults(connection, role, defaults)
            and can_log_in(role, settings)
            for role, defaults in _ROLES.items()
        )
    )


@contextmanager
def _one_transaction(
    settings: DatabaseSettings,
) -> Iterator[tuple[Connection, Callable[[], None]]]:
    """Open a transaction as the owner, with what upgrades the tables within it."""
    # half a second to import, and rarely needed
    from sqlalchemy import NullPool, create_engine

    from bloc_warehouse.database import migrations

    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect("owner", settings=settings),
        poolclass=NullPool,
    )
    with engine.begin() as transaction:
        connection = cast("Connection", transaction.connection.driver_connection)
        yield connection, lambda: migrations.upgrade(transaction)


def _take_server_rights(settings: DatabaseSettings) -> None:
    """Take from everybody what only a superuser can, where we are one."""
    with connect("owner", settings=settings) as connection:
        database = connection.info.dbname
    address = administrator_dsn(settings, database) or dsn("owner", settings)
    with open_connection(address) as connection:
        found = connection.execute(
            "select rolsuper from pg_roles where rolname = current_user"
        )
        if found.fetchone() == (True,):
            lock_until_commit(connection, Lock.PREPARE)
            connection.execute(logins.SERVER_RIGHTS.read_bytes())


def _create_roles(connection: Connection, settings: Settings) -> None:
    for role, defaults in _ROLES.items():
        logins.require_ours(connection, role, partial(_opens, role, settings))
        create_login(connection, role, password(role, settings))
        logins.mark(connection, role)
        logins.set_defaults(connection, role, defaults)
        if role != "bi_reader":  # the owner acts as them, to make what they own
            _execute(connection, "grant {} to current_user", role)
    logins.admit_reader(connection, "bi_reader", connections=_BI_CONNECTIONS)


def _opens(role: Role, settings: DatabaseSettings) -> bool:
    """Tell whether the server lets the role in for its password, not for nothing."""
    try:
        psycopg.connect(dsn(role, settings), require_auth="!none").close()
    except psycopg.OperationalError:
        return False
    return True


def grant_database(connection: Connection) -> None:
    """Let only the roles connect to the database.

    A copy of a prepared database needs only this: the rest is copied with it.
    """
    database = connection.info.dbname
    for statement in (
        "revoke all on database {} from public",
        "grant connect on database {} to ingest, transform, bi_reader",
        "grant temporary on database {} to ingest, transform",
        # a schema is renamed by its owner, who must be allowed to create schemas
        "grant create on database {} to transform",
    ):
        _execute(connection, statement, database)


def _create_schemas(connection: Connection) -> None:
    """Make the schemas; who creates tables there may, before any is restored."""
    connection.execute("revoke all on schema public from public")
    statement: LiteralString = "create schema if not exists {} authorization {}"
    for schema in INGEST_SCHEMAS:
        _execute(connection, statement, schema, "ingest")
    for schema in TRANSFORM_SCHEMAS:
        _execute(connection, statement, schema, "transform")
    # the lists in force are written by who applies them, beside dbt's seeds
    connection.execute("set local role transform")
    connection.execute("grant usage, create on schema reference to ingest")
    connection.execute("reset role")


def _create_tables(connection: Connection, upgrade: Callable[[], None]) -> None:
    """Make raw, quality and monitoring as ``ingest``, so that it owns them."""
    # what a build takes up; whoever runs dbt by hand reads it before the first build
    connection.execute("set local role transform")
    connection.execute(
        "create table if not exists intermediate.build_scope"
        " (unit_code text, period_year integer, primary key (unit_code, period_year))"
    )
    connection.execute("set local role ingest")
    schema_version.create_table(connection)
    definitions.drop_views(connection)
    upgrade()
    definitions.apply(connection)
    schema_version.record_fingerprint(connection, definitions.fingerprint())
    connection.execute("reset role")


def _grant(connection: Connection) -> None:
    _take_back_earlier_grants(connection)
    for schema in ("raw", "quality"):
        _let_read(connection, schema, owner="ingest", reader="transform")
    for schema in TRANSFORM_SCHEMAS:
        _let_read(connection, schema, owner="transform", reader="ingest")
    _let_read(connection, "monitoring", owner="ingest", reader="public")
    for schema in MARTS_SCHEMAS:
        _let_read(connection, schema, owner="transform", reader="public")
    connection.execute("set local role transform")
    let_in(connection)
    connection.execute(
        "select monitoring.protect_rows(oid::regclass) from pg_class"
        " where relnamespace::regnamespace::text = any (%s) and relkind = 'r'",
        [list(MARTS_SCHEMAS)],
    )
    connection.execute("reset role")
    _grant_publishing(connection)
    _grant_locks(connection)
    _grant_backups(connection)
    logins.adopt_readers(connection)


def _let_read(connection: Connection, schema: str, *, owner: str, reader: str) -> None:
    """Let a role read a schema's tables, those made later too."""
    for statement in (
        "grant usage on schema {} to {}",
        "grant select on all tables in schema {} to {}",
        "alter default privileges in schema {} grant select on tables to {}",
    ):
        _execute(connection, statement, schema, reader, role=owner)


def _grant_locks(connection: Connection) -> None:
    """Pass on the right to advisory locks, where everybody's was taken back."""
    routines = connection.execute(
        "select oid::regprocedure::text from pg_proc"
        " where pronamespace = 'pg_catalog'::regnamespace"
        " and proname ~ '^pg_(try_)?advisory_'"
        " and has_function_privilege(oid, 'execute with grant option')"
        " and not has_function_privilege('public', oid, 'execute')"
    ).fetchall()
    for (routine,) in routines:
        connection.execute(
            sql.SQL("grant execute on function {} to ingest, transform").format(
                sql.SQL(routine)
            )
        )


def _grant_backups(connection: Connection) -> None:
    """Let ``transform`` read what a backup needs besides tables: see ``backup``.

    Where the owner's password is known to nobody who runs every week.
    """
    for schema in ("raw", "quality", "reference"):
        for owner in ("ingest", "transform"):
            _execute(connection, "set local role {}", owner)
            sequences = connection.execute(
                "select relname from pg_class where relkind = 'S'"
                " and relnamespace = %s::regnamespace"
                " and pg_get_userbyid(relowner) = %s",
                [schema, owner],
            ).fetchall()
            for (name,) in sequences:
                connection.execute(
                    sql.SQL("grant select on sequence {} to transform").format(
                        sql.Identifier(schema, name)
                    )
                )
    connection.execute("reset role")
    may_pass_on = connection.execute(
        "select 1 from pg_proc where proname = 'reader_verifiers'"
        " and pronamespace = 'public'::regnamespace"
        " and has_function_privilege(oid, 'execute with grant option')"
    ).fetchone()
    if may_pass_on:
        connection.execute("grant usage on schema public to transform")
        connection.execute(
            "grant execute on function public.reader_verifiers() to transform"
        )


def _take_back_earlier_grants(connection: Connection) -> None:
    """Take back what was once granted to each role and is everybody's now."""
    for schema, owner, reader in (
        ("monitoring", "ingest", "transform"),
        ("monitoring", "ingest", "bi_reader"),
        *((schema, "transform", "bi_reader") for schema in MARTS_SCHEMAS),
    ):
        for statement in (
            "revoke usage on schema {} from {}",
            "revoke select on all tables in schema {} from {}",
            "alter default privileges in schema {} revoke select on tables from {}",
        ):
            _execute(connection, statement, schema, reader, role=owner)


def _grant_publishing(connection: Connection) -> None:
    for table in PUBLISHING_TABLES:
        found = connection.execute("select to_regclass(%s)", [f"quality.{table}"])
        if found.fetchone() != (None,):
            connection.execute("set local role ingest")
            connection.execute(
                sql.SQL("grant insert, update on {} to transform").format(
                    sql.Identifier("quality", table)
                )
            )
            connection.execute("reset role")
    connection.execute("set local role ingest")
    connection.execute("grant insert, delete on raw.changes to transform")
    connection.execute("grant delete on quality.stray_writes to transform")
    connection.execute(
        "grant insert, update, delete on quality.build_positions to transform"
    )
    connection.execute("select quality.keep_lineage()")
    connection.execute("reset role")


def _execute(
    connection: Connection,
    statement: LiteralString,
    *names: str,
    role: str | None = None,
) -> None:
    if role:
        _execute(connection, "set local role {}", role)
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    if role:
        connection.execute("reset role")
