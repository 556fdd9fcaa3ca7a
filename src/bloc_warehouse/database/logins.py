"""Logins on the server that this warehouse made, and what bounds those that read.

Roles belong to a whole server. One that this warehouse did not make is never altered:
it is another warehouse's, or a person's. Ours have the database's name in a comment.

Readers are members of nothing. What may be read at all is granted to everybody; who
enters the database, and which rows it sees, is granted to each login. ``ingest`` and
``transform`` are members of each of them, so that they can end a session that stands in
their way, and the owner can remove whatever a login left behind.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo

from bloc_warehouse.errors import SetupError

# PostgreSQL's own defaults and the embedded server's, which a server or a database may
# have set otherwise: text, times and plans would come out otherwise
ROLE_SETTINGS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "lc_monetary": "C",
    "lc_numeric": "C",
    "lc_time": "C",
    "client_encoding": "UTF8",
    "extra_float_digits": "1",
    "search_path": "public",
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    "transform_null_equals": "off",
    "standard_conforming_strings": "on",
    "array_nulls": "on",
    "bytea_output": "hex",
    "row_security": "on",  # off: an error where a policy would hide rows
    "jit": "off",  # compiles for minutes what runs for seconds
}
# Who loads and builds is limited by no server's idea of a query's time; it waits for
# others half an hour at most; and one whose machine is gone holds its locks no longer
# than two minutes
WORK_SETTINGS = {
    **ROLE_SETTINGS,
    "statement_timeout": "0",
    "transaction_timeout": "0",
    "idle_session_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "lock_timeout": "30min",
    "tcp_keepalives_idle": "60",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "6",
}
# A login may set these otherwise for itself: they bound mistakes. An attack is bounded
# by the number of connections, and by nothing of ours waiting for a reader
READER_SETTINGS = {
    **ROLE_SETTINGS,
    "statement_timeout": "15min",
    "idle_in_transaction_session_timeout": "5min",
}
READER_CONNECTIONS = 10

SERVER_RIGHTS = Path(__file__).with_name("server_rights.sql")

_MARK = "bloc-warehouse: "  # and the database's name


class ForeignRoleError(SetupError):
    """A role that is needed exists, and this warehouse did not make it."""


class LeftBehindError(SetupError):
    """A login is locked out, but owns what only an administrator may drop."""


def require_ours(connection: Connection, role: str, opens: Callable[[], bool]) -> None:
    """See to it that no role is taken over that others use.

    Args:
        connection: As the database's owner.
        role: Its name; it may not exist yet.
        opens: Whether the password that the settings give opens it: then it was made
            for them, though before roles were marked, or the database is a copy.

    Raises:
        ForeignRoleError: It is another's.
    """
    if not exists(connection, role) or is_marked(connection, role) or opens():
        return
    statement = _comment(connection, role).as_string(connection)
    raise ForeignRoleError(
        f"the role {role} of this server was not made for this warehouse, and its "
        "password is another: a second warehouse needs a server of its own. If the "
        f"role is this warehouse's, let the server's administrator run: {statement}"
    )


def exists(connection: Connection, role: str) -> bool:
    """Tell whether the server has a role of that name."""
    found = connection.execute("select 1 from pg_roles where rolname = %s", [role])
    return found.fetchone() is not None


def is_marked(connection: Connection, role: str) -> bool | None:
    """Tell whether a role was made for this database, or for one that is gone.

    Returns:
        None if it has no mark.
    """
    row = connection.execute(
        "select datname is null or datname = current_database() from ("
        " select shobj_description(oid, 'pg_authid') as mark from pg_roles"
        " where rolname = %(role)s) as marked"
        " left join pg_database on mark = %(mark)s || datname"
        " where starts_with(mark, %(mark)s)",
        {"role": role, "mark": _MARK},
    ).fetchone()
    return bool(row[0]) if row else None


def marked(connection: Connection) -> list[str]:
    """Return the roles that were made for this database."""
    rows = connection.execute(
        "select rolname from pg_roles"
        " where shobj_description(oid, 'pg_authid') = %s || current_database()",
        [_MARK],
    )
    return [role for (role,) in rows]


def mark(connection: Connection, role: str) -> None:
    """Mark a role as this database's, unless it is another's that exists."""
    if is_marked(connection, role) is not False:
        connection.execute(_comment(connection, role))


def admit_reader(connection: Connection, role: str, *, connections: int) -> None:
    """Let a login in to read, within bounds.

    Args:
        connection: As the database's owner.
        role: An existing login.
        connections: How many sessions it may have at once.
    """
    name = sql.Identifier(role)
    database = sql.Identifier(connection.info.dbname)
    for statement in (
        sql.SQL("grant connect on database {} to {}").format(database, name),
        sql.SQL("grant {} to ingest, transform").format(name),
        sql.SQL("alter role {} connection limit {}").format(name, connections),
    ):
        connection.execute(statement)
    set_defaults(connection, role, READER_SETTINGS)
    if server_rights_are_taken(connection):
        set_defaults(connection, role, {"temp_file_limit": "2GB"})


def server_rights_are_taken(connection: Connection) -> bool:
    """Tell whether ``server_rights.sql`` was run in the database."""
    row = connection.execute(
        "select has_parameter_privilege('temp_file_limit', 'set')"
        " and not has_function_privilege('public', 'lo_create(oid)', 'execute')"
    ).fetchone()
    return row == (True,)


def set_defaults(
    connection: Connection, role: str, settings: Mapping[str, str]
) -> None:
    """Set what a login's sessions begin with."""
    for name, value in settings.items():
        connection.execute(
            sql.SQL("alter role {} set {} to {}").format(
                sql.Identifier(role), sql.Identifier(name), sql.Literal(value)
            )
        )


def has_defaults(
    connection: Connection, role: str, settings: Mapping[str, str]
) -> bool:
    """Tell whether a login may enter, and its sessions begin with these settings."""
    found = connection.execute(
        "select 1 from pg_roles where rolname = %s and rolconfig @> %s"
        " and has_database_privilege(oid, current_database(), 'connect')",
        [role, [f"{name}={value}" for name, value in settings.items()]],
    )
    return found.fetchone() is not None


def adopt_readers(connection: Connection) -> None:
    """Admit all readers again, including former members of ``bi_reader``."""
    readers = connection.execute(
        "select distinct reader, pg_has_role(pg_roles.oid, 'bi_reader', 'member')"
        " from quality.readers inner join pg_roles on reader = rolname"
    ).fetchall()
    for reader, is_member in readers:
        if is_member:
            connection.execute(
                sql.SQL("revoke bi_reader from {}").format(sql.Identifier(reader))
            )
        elif not is_marked(connection, reader):
            continue  # another warehouse's, of the same name
        admit_reader(connection, reader, connections=READER_CONNECTIONS)
        mark(connection, reader)


def drop_login(connection: Connection, role: str) -> None:
    """Drop a login with all that it made, in whichever database of the server.

    Its sessions are ended, and it is locked out first: none can begin meanwhile.

    Args:
        connection: As the database's owner, without its own transaction.
        role: An existing login, admitted by ``admit_reader``.

    Raises:
        LeftBehindError: It left something that the owner cannot reach.
    """
    name = sql.Identifier(role)
    connection.execute(sql.SQL("alter role {} nologin").format(name))
    connection.execute(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
        " where usename = %s",
        [role],
    )
    for database in _databases_with_traces(connection, role):
        address = make_conninfo(
            connection.info.dsn, dbname=database, password=connection.info.password
        )
        with suppress(psycopg.Error), psycopg.connect(address) as other:
            other.execute(sql.SQL("drop owned by {}").format(name))
    try:
        connection.execute(sql.SQL("drop role {}").format(name))
    except psycopg.errors.DependentObjectsStillExist as error:
        places = ", ".join(_databases_with_traces(connection, role))
        raise LeftBehindError(
            f"{role} is locked out, but left something in the database {places}: let "
            f"the server's administrator run `drop owned by {role}` there, and remove "
            "it again"
        ) from error


def _databases_with_traces(connection: Connection, role: str) -> list[str]:
    """Return the databases where a role owns something or was granted something."""
    rows = connection.execute(
        "select distinct datname from pg_shdepend inner join pg_database"
        " on dbid = pg_database.oid"
        " or dbid = 0 and classid = 'pg_database'::regclass and objid = pg_database.oid"
        " where refclassid = 'pg_authid'::regclass"
        " and refobjid = (select oid from pg_roles where rolname = %s)",
        [role],
    )
    return [database for (database,) in rows]


def _comment(connection: Connection, role: str) -> sql.Composed:
    return sql.SQL("comment on role {} is {}").format(
        sql.Identifier(role), sql.Literal(_MARK + connection.info.dbname)
    )
