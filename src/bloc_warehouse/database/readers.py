"""Readers: logins for BI tools that see some blocs or units, or totals only.

A reader is let into the database; the policies of the marts and the monitoring views
leave it the rows that are listed for it in ``quality.readers``.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection, sql

from bloc_warehouse.database import logins
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.owner import create_login
from bloc_warehouse.settings import DatabaseSettings

_NAME = re.compile(r"[a-z][a-z0-9_]{2,40}")
_RESERVED = re.compile(r"pg_.*|public|none")  # PostgreSQL keeps these for itself


class ReaderError(Exception):
    """The order makes no sense as given; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A login and what it may see.

    Attributes:
        blocs: Blocs whose rows it sees, their predecessors' included.
        units: Units whose rows it sees, with those that were merged into them.
        is_public: Whether it sees each bloc as a whole, and nothing of units.
    """

    name: str
    blocs: tuple[str, ...]
    units: tuple[str, ...]
    is_public: bool
    granted_at: datetime


def add_reader(
    settings: DatabaseSettings,
    name: str,
    *,
    blocs: Sequence[str] = (),
    units: Sequence[str] = (),
    is_public: bool = False,
    by: str,
) -> str:
    """Create a reader, or let an existing one also see these.

    Args:
        settings: Where the warehouse is.
        name: Its login.
        blocs: Blocs that it is to see.
        units: Units that it is to see.
        is_public: Whether it is to see all blocs' totals.
        by: Who grants it.

    Returns:
        The login's new password; it is kept nowhere.

    Raises:
        ReaderError: The name is not a reader's, or a bloc or unit is unknown.
    """
    if not _NAME.fullmatch(name):
        raise ReaderError(
            f"a reader is called by small letters, digits and _, not {name!r}"
        )
    if _RESERVED.fullmatch(name):
        raise ReaderError(f"PostgreSQL keeps the name {name}: take another one")
    if not (blocs or units or is_public):
        raise ReaderError(
            "a reader sees at least one bloc or unit (--bloc, --unit), or all blocs' "
            "totals (--public)"
        )
    with connect("owner", settings=settings) as connection:
        _require_free(connection, name)
        _require_known(connection, "bloc", "ref_blocs", blocs)
        _require_known(connection, "unit", "ref_units", units)
        password = secrets.token_urlsafe(18)
        create_login(connection, name, password)
        logins.admit_reader(connection, name, connections=logins.READER_CONNECTIONS)
        logins.mark(connection, name)
        connection.execute("set local role ingest")
        rows: list[tuple[str, str | None, str | None, bool, str]] = [
            *((name, bloc, None, False, by) for bloc in blocs),
            *((name, None, unit, False, by) for unit in units),
            *((name, None, None, True, by) for _ in range(is_public)),
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into quality.readers"
                " (reader, bloc_code, unit_code, is_public, granted_by)"
                " values (%s, %s, %s, %s, %s) on conflict do nothing",
                rows,
            )
    return password


def remove_reader(settings: DatabaseSettings, name: str) -> None:
    """Drop a reader's login with whatever it made; its sessions are ended.

    Raises:
        ReaderError: No reader is called so.
    """
    with connect("owner", autocommit=True, settings=settings) as connection:
        if not _is_listed(connection, name):
            raise ReaderError(f"no reader is called {name}")
        if logins.is_marked(connection, name):  # else gone, or another warehouse's
            logins.drop_login(connection, name)
        connection.execute("delete from quality.readers where reader = %s", [name])


def has_server_rights(settings: DatabaseSettings) -> bool:
    """Tell whether readers are kept from what only a superuser can take from them."""
    with connect("owner", settings=settings) as connection:
        return logins.server_rights_are_taken(connection)


def list_readers(settings: DatabaseSettings) -> list[Reader]:
    """Return all readers by name."""
    with connect("ingest", settings=settings) as connection:
        rows = connection.execute(
            "select reader,"
            " coalesce(array_agg(bloc_code order by bloc_code)"
            "  filter (where bloc_code is not null), '{}'),"
            " coalesce(array_agg(unit_code order by unit_code)"
            "  filter (where unit_code is not null), '{}'),"
            " bool_or(is_public), min(granted_at)"
            " from quality.readers group by reader order by reader"
        ).fetchall()
    return [
        Reader(name, tuple(blocs), tuple(units), is_public, granted_at)
        for name, blocs, units, is_public, granted_at in rows
    ]


def _require_free(connection: Connection, name: str) -> None:
    """See to it that no other role, ours or a person's, becomes a reader."""
    if not logins.exists(connection, name):
        return
    if not (_is_listed(connection, name) and logins.is_marked(connection, name)):
        raise ReaderError(f"the role {name} exists and is no reader: take another name")


def _is_listed(connection: Connection, name: str) -> bool:
    found = connection.execute(
        "select 1 from quality.readers where reader = %s", [name]
    )
    return found.fetchone() is not None


def _require_known(
    connection: Connection, what: str, table: str, codes: Sequence[str]
) -> None:
    known = {
        code
        for (code,) in connection.execute(
            sql.SQL("select distinct {} from {}").format(
                sql.Identifier(f"{what}_code"), sql.Identifier("reference", table)
            )
        )
    }
    if unknown := sorted(set(codes) - known):
        raise ReaderError(f"no {what} is called {', '.join(unknown)}")
