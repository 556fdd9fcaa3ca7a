"""Connections to the warehouse, one role each: owner, ingest, transform, bi_reader."""

from contextlib import suppress
from os import getpid
from socket import gethostname
from typing import Literal, get_args
from urllib.parse import quote, unquote, urlencode, urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bloc_warehouse.database import embedded, schema_version
from bloc_warehouse.database.embedded.process import HOST
from bloc_warehouse.database.secrets import generated_secret
from bloc_warehouse.errors import SettingsError, SetupError
from bloc_warehouse.settings import DatabaseSettings, get_settings

Role = Literal["owner", "ingest", "transform", "bi_reader"]

DATABASE = "dw"
OWNER = "dw_owner"

# libpq's parameters unless the address sets them
_DEFAULTS = {
    "connect_timeout": "10",
    # a server that went away without a word is noticed within two minutes
    "keepalives_idle": "60",
    "keepalives_interval": "10",
    "keepalives_count": "6",
    "tcp_user_timeout": "120000",
}


class WarehouseUnavailableError(SetupError):
    """The warehouse does not let us in: not prepared, not running, wrong password."""


def connect(
    role: Role = "ingest",
    *,
    autocommit: bool = False,
    settings: DatabaseSettings | None = None,
) -> psycopg.Connection:
    """Connect as a role; the embedded server is started when it is down.

    Args:
        role: Which rights the connection has; see ``prepare``.
        autocommit: Each statement is its own transaction.
        settings: Those of this process when left out.

    Raises:
        WarehouseUnavailableError: There is no connection; the message says what to do.
        WrongShapeError: The warehouse is not prepared, or not for this code.
    """
    settings = settings or get_settings()
    if role in ("owner", "bi_reader"):  # prepares it; reads no tables of ours
        return log_in(role, settings, autocommit=autocommit)
    _require_embedded(settings)
    try:
        connection = log_in(role, settings, autocommit=True)
    except WarehouseUnavailableError:
        _require_prepared(settings)
        raise
    try:
        schema_version.require_fit(schema_version.read_shape(connection))
    except BaseException:
        connection.close()
        raise
    connection.autocommit = autocommit
    return connection


def log_in(
    role: Role, settings: DatabaseSettings, *, autocommit: bool = False
) -> psycopg.Connection:
    """Connect to the server as it was found; the embedded one is helped up if need be.

    Asking it first whether it answers would be a second connection each time.

    Raises:
        WarehouseUnavailableError: There is no connection.
    """
    if not settings.warehouse_url and (found := embedded.running(settings.data_dir)):
        address = _address(role, settings, _embedded_place(found))
        with suppress(WarehouseUnavailableError):
            return open_connection(address, autocommit=autocommit)
    return open_connection(dsn(role, settings), autocommit=autocommit)


def is_down(settings: DatabaseSettings) -> bool:
    """Tell whether the database is the embedded server, and it does not run."""
    return not settings.warehouse_url and not embedded.is_running(settings.data_dir)


def open_connection(address: str, *, autocommit: bool = False) -> psycopg.Connection:
    """Connect to an address, or say in one line why that is not possible.

    Raises:
        WarehouseUnavailableError: There is no connection.
    """
    try:
        return psycopg.connect(
            make_conninfo(**parameters(address)), autocommit=autocommit
        )
    except psycopg.OperationalError as error:
        parts = urlsplit(address)
        where = f"{parts.path.strip('/')} on {parts.hostname} as {parts.username}"
        reason = " ".join(str(error).split())
        raise WarehouseUnavailableError(
            f"no connection to {where}: {reason}"
        ) from error


def parameters(address: str) -> dict[str, str]:
    """Return libpq's parameters of an address, for whichever client connects.

    Raises:
        SettingsError: The address names one that libpq does not know.
    """
    try:
        given = conninfo_to_dict(address)
    except psycopg.ProgrammingError as error:
        reason = " ".join(str(error).split())
        raise SettingsError(f"BLOC_WAREHOUSE_URL cannot be used: {reason}") from error
    who = f"bloc-warehouse on {gethostname()}, process {getpid()}"
    return {**_DEFAULTS, "application_name": who} | {
        name: str(value) for name, value in given.items()
    }


def dsn(role: Role, settings: DatabaseSettings | None = None) -> str:
    """Return the role's address: ``postgresql://role:password@host:port/database``.

    The embedded server is started if it is down: its port is part of the address.
    """
    settings = settings or get_settings()
    if role not in get_args(Role):
        raise SettingsError(f"no role is called {role!r}; there are {get_args(Role)}")
    return _address(role, settings, _host_and_database(settings))


def owner(settings: DatabaseSettings) -> str:
    """Return the name of the database's owner."""
    if not settings.warehouse_url:
        return OWNER
    return unquote(urlsplit(settings.warehouse_url.get_secret_value()).username or "")


def administrator_dsn(settings: DatabaseSettings, database: str = "") -> str | None:
    """Return the address of the server's superuser, where we are given it.

    Args:
        settings: Where the server is.
        database: Which database to enter; ``postgres`` when left out.

    Returns:
        None: the server is another's, who made the owner and the database.
    """
    database = database or "postgres"
    if not settings.warehouse_url:
        return embedded.start(settings.data_dir).url(database)
    secret = settings.admin_password.get_secret_value()
    if not secret:
        return None
    url = urlsplit(settings.warehouse_url.get_secret_value())
    login = f"{embedded.SUPERUSER}:{quote(secret, safe='')}"
    place = f"{url.netloc.rpartition('@')[2]}/{quote(database, safe='')}"
    return f"postgresql://{login}@{place}" + (f"?{url.query}" if url.query else "")


def sqlalchemy_url(role: Role, settings: DatabaseSettings | None = None) -> str:
    """Return the role's address for SQLAlchemy, with the driver named."""
    given = parameters(dsn(role, settings))
    where = (given.pop(name, "") for name in ("user", "password", "host"))
    user, secret, host = (quote(part, safe="") for part in where)
    place = f"{host}:{given.pop('port', '5432')}/{quote(given.pop('dbname'), safe='')}"
    return (
        f"postgresql+psycopg://{user}:{secret}@{place}?"
        f"{urlencode(given, quote_via=quote)}"
    )


def password(role: Role, settings: DatabaseSettings) -> str:
    """Return the role's password: the one set, else the one made for the folder.

    Only the owner's may be unknown: then it is empty.
    """
    name = f"{role}_password"
    given = str(getattr(settings, name).get_secret_value())
    if role == "owner":
        url = urlsplit(settings.warehouse_url.get_secret_value())
        given = unquote(url.password or "") or given
    if given or settings.warehouse_url:
        return given
    return generated_secret(settings.data_dir, name)


def _address(role: Role, settings: DatabaseSettings, place: str) -> str:
    user = owner(settings) if role == "owner" else role
    secret = password(role, settings)
    login = quote(user, safe="") + (f":{quote(secret, safe='')}" if secret else "")
    return f"postgresql://{login}@{place}"


def _require_embedded(settings: DatabaseSettings) -> None:
    """Make no server for somebody who only looks."""
    if not settings.warehouse_url and not embedded.exists(settings.data_dir):
        schema_version.require_fit(None)


def _require_prepared(settings: DatabaseSettings) -> None:
    """If a role of ours cannot log in: say so if the warehouse was never prepared."""
    try:
        owner = connect("owner", autocommit=True, settings=settings)
    except WarehouseUnavailableError:
        if not settings.warehouse_url:  # else its owner and database are not ours
            schema_version.require_fit(None)
    else:
        with owner:
            schema_version.require_fit(schema_version.read_shape(owner))


def _host_and_database(settings: DatabaseSettings) -> str:
    if settings.warehouse_url:
        url = urlsplit(settings.warehouse_url.get_secret_value())
        place = url.netloc.rpartition("@")[2] + url.path
        return f"{place}?{url.query}" if url.query else place
    return _embedded_place(embedded.start(settings.data_dir))


def _embedded_place(server: embedded.Server) -> str:
    return f"{HOST}:{server.port}/{DATABASE}"
