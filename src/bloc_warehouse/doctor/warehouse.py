"""The database: reachable by each role, of this code's shape, and its clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import get_args
from urllib.parse import urlsplit

from psycopg import Connection

from bloc_warehouse.database import embedded, schema_version
from bloc_warehouse.database.connection import (
    Role,
    dsn,
    is_down,
    open_connection,
    password,
)
from bloc_warehouse.doctor.check import Check, tried
from bloc_warehouse.errors import SetupError
from bloc_warehouse.settings import Settings

_LOCAL = {None, "", "localhost", "127.0.0.1", "::1"}
_APART = timedelta(seconds=30)


def look(settings: Settings) -> Iterator[Check]:
    """Log in as each role; then look at the database as the one that ingests."""
    if is_down(settings):
        made = embedded.exists(settings.data_dir)
        yield Check(
            "database", "failed",
            "the embedded server " + ("is not running" if made else "was never made"),
            "bloc airflow up, or any command that reads" if made else "bloc prepare",
        )  # fmt: skip
        return
    logins = [_login(settings, role) for role in get_args(Role)]
    yield from logins
    if any(login.state == "failed" for login in logins):
        return
    with open_connection(dsn("ingest", settings), autocommit=True) as connection:
        yield from _of_database(connection, settings)


def _login(settings: Settings, role: Role) -> Check:
    name = f"login {role}"
    if role == "owner" and not password(role, settings):
        return Check(name, "skipped", "here nobody knows the owner's password")
    return tried(name, partial(_log_in, settings, role), _cure(settings))


def _log_in(settings: Settings, role: Role) -> str:
    with open_connection(dsn(role, settings)) as connection:
        info = connection.info
        return f"{info.user} at {info.host}:{info.port}, database {info.dbname}"


def _cure(settings: Settings) -> str:
    if settings.warehouse_url:
        return "see that BLOC_WAREHOUSE_URL and the roles' passwords are the server's"
    return "bloc prepare"


def _of_database(connection: Connection, settings: Settings) -> Iterator[Check]:
    yield tried("shape", partial(_shape, connection), "bloc prepare")
    yield _encryption(connection, settings)
    yield _clock(connection)
    yield Check("time zone", "ok", f"days begin and end in {settings.timezone}")


def _shape(connection: Connection) -> str:
    shape = schema_version.read_shape(connection)
    schema_version.require_fit(shape)
    return f"revision {schema_version.newest_revision()}, this code's"


def _encryption(connection: Connection, settings: Settings) -> Check:
    row = connection.execute(
        "select ssl, version from pg_stat_ssl where pid = pg_backend_pid()"
    ).fetchone()
    if row and row[0]:
        return Check("encryption", "ok", f"{row[1]} to the database")
    host = urlsplit(settings.warehouse_url.get_secret_value()).hostname
    if host in _LOCAL:
        return Check("encryption", "skipped", "the database is on this machine")
    return Check(
        "encryption", "warning", f"passwords and figures travel to {host} in the clear",
        "switch on the server's TLS; add ?sslmode=verify-full to BLOC_WAREHOUSE_URL",
    )  # fmt: skip


def _clock(connection: Connection) -> Check:
    row = connection.execute("select clock_timestamp()").fetchone()
    if row is None:
        raise SetupError("the database does not say what time it is")
    apart = abs(row[0] - datetime.now(UTC))
    found = f"{apart.total_seconds():.1f} s between this machine and the database"
    if apart > _APART:
        return Check(
            "clock", "failed", found,
            "set both by one time server (NTP): the day of receipt decides what counts",
        )  # fmt: skip
    return Check("clock", "ok", found)
