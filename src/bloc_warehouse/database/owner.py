"""The database's owner, made by the server's superuser where we are given one.

That is the embedded server, and Compose: there only ``init`` is given the superuser.
On another's server its administrator makes the owner.
"""

import secrets
from typing import LiteralString
from urllib.parse import unquote, urlsplit

from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo

from bloc_warehouse.database import embedded, logins
from bloc_warehouse.database.connection import (
    DATABASE,
    Role,
    WarehouseUnavailableError,
    administrator_dsn,
    connect,
    dsn,
    log_in,
    open_connection,
    owner,
    password,
)
from bloc_warehouse.database.locks import Lock, lock_for_session
from bloc_warehouse.settings import DatabaseSettings

_RENAMES = "bloc_renames"  # a login that lives for one statement
_KEPT_OUT = ("too many connections", "no pg_hba.conf entry")


def make_owner(settings: DatabaseSettings) -> bool:
    """See to it that the owner and the database are there, and the owner no superuser.

    Does nothing where the server's superuser is not known.

    Returns:
        Whether the owner is another than before.
    """
    is_there = can_log_in("owner", settings)
    if is_there and not (settings.admin_password and _is_first_superuser(settings)):
        return False
    address = administrator_dsn(settings)
    if address is None:
        return False
    if is_there:
        _rename_superuser(settings)
    name = owner(settings)
    with open_connection(address, autocommit=True) as connection:
        lock_for_session(connection, Lock.PREPARE)
        _execute(connection, "drop role if exists {}", _RENAMES)
        create_login(connection, name, password("owner", settings), "createrole")
        create_database(connection, _database(settings), name)
    with open_connection(administrator_dsn(settings, _database(settings)) or "") as own:
        for role in logins.marked(own):
            _execute(own, "grant {} to {} with admin option", role, name)
    return True


def can_log_in(role: Role, settings: DatabaseSettings) -> bool:
    """Return whether the role exists with the password from the settings.

    If it is kept out for another reason, nothing can be fixed here.
    """
    try:
        log_in(role, settings).close()
    except WarehouseUnavailableError as error:
        return any(reason in str(error) for reason in _KEPT_OUT)
    return True


def create_login(
    connection: Connection, name: str, secret: str, attribute: LiteralString = ""
) -> None:
    """Create a login role, or give the one that exists this password.

    Only a hash of the password is sent, so none gets into a server's log.
    """
    verifier = connection.pgconn.encrypt_password(
        secret.encode(), name.encode(), b"scram-sha-256"
    ).decode()
    found = connection.execute("select 1 from pg_roles where rolname = %s", [name])
    statement = "alter role {} login {} password {}"
    if found.fetchone() is None:
        statement = "create role {} login {} password {}"
    connection.execute(
        sql.SQL(statement).format(
            sql.Identifier(name), sql.SQL(attribute), sql.Literal(verifier)
        )
    )


def create_database(connection: Connection, name: str, owner: str) -> bool:
    """Create a database that only its owner enters; False if it exists."""
    found = connection.execute("select 1 from pg_database where datname = %s", [name])
    is_new = found.fetchone() is None
    statements = (
        *(("create database {} owner {}",) if is_new else ()),
        "alter database {} owner to {}",
        "revoke all on database {} from public",
    )
    for statement in statements:
        names = map(sql.Identifier, (name, owner))
        connection.execute(sql.SQL(statement).format(*names))
    return is_new


def _is_first_superuser(settings: DatabaseSettings) -> bool:
    """Tell whether the server was made with the owner as its own superuser.

    Compose once did so; that role can never be less than a superuser.
    """
    with connect("owner", settings=settings) as connection:
        found = connection.execute(
            "select oid = 10 from pg_roles where rolname = current_user"
        )
        return found.fetchone() == (True,)


def _rename_superuser(settings: DatabaseSettings) -> None:
    """Give the server's first role the superuser's name; the owner's becomes free."""
    secret = secrets.token_hex(20)
    with connect("owner", autocommit=True, settings=settings) as connection:
        create_login(connection, _RENAMES, secret, "superuser")
    address = make_conninfo(dsn("owner", settings), user=_RENAMES, password=secret)
    with open_connection(address) as connection:
        statement = "alter role {} rename to {}"
        _execute(connection, statement, owner(settings), embedded.SUPERUSER)
        create_login(
            connection,
            embedded.SUPERUSER,
            settings.admin_password.get_secret_value(),
        )


def _database(settings: DatabaseSettings) -> str:
    if not settings.warehouse_url:
        return DATABASE
    return unquote(urlsplit(settings.warehouse_url.get_secret_value()).path.strip("/"))


def _execute(connection: Connection, statement: LiteralString, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
