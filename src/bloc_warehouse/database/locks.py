"""All advisory locks of the warehouse, and who holds what somebody waits for.

Nothing waits silently or forever: a waiting session logs for whom it waits, and how
long one waits at most is the role's ``lock_timeout`` (``logins.WORK_SETTINGS``).

Nothing waits for a reader: it has no business with these locks. If the server lets it
take them all the same (``server_rights.sql`` was not run), its session is ended.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import LiteralString

from psycopg import Connection, errors

from bloc_warehouse.errors import BusyError

logger = logging.getLogger(__name__)


class Lock(IntEnum):
    """What only one does at a time in a database."""

    PREPARE = 7_201_901
    LOADING = 7_201_902  # batches parse side by side and load one after another
    INTAKE = 7_201_903  # a run by hand alone, the DAG's batches together
    DBT = 7_201_904
    LISTS = 7_201_905
    REGISTERING = 7_201_906  # each looks first what there is
    BACKUP = 7_201_907
    GATE = 7_201_911  # each replaces its stage's findings
    ALERTS = 7_201_912
    CHANGES = 7_201_921  # shared by who writes the log, until commit: see changes.sql


_WHAT = {
    Lock.PREPARE: "another prepare",
    Lock.LOADING: "another batch that loads",
    Lock.INTAKE: "another run that ingests",
    Lock.DBT: "another build",
    Lock.LISTS: "lists that are being applied",
    Lock.REGISTERING: "another run that registers files",
    Lock.BACKUP: "another backup",
    Lock.GATE: "another check or audit",
    Lock.ALERTS: "alerts that are being worked out",
    Lock.CHANGES: "what writes the log of changes",
}

_HOLDERS = """
select distinct
    pg_stat_activity.application_name, pg_stat_activity.usename, pg_locks.pid,
    to_char(
        coalesce(xact_start, backend_start) at time zone 'UTC', 'YYYY-MM-DD HH24:MI'
    ) as since
from pg_locks
inner join pg_stat_activity on pg_locks.pid = pg_stat_activity.pid
where (
        locktype = 'advisory' and classid = 0 and objid = %(lock)s::bigint
        or relation in (
            select oid from pg_class
            where relnamespace::regnamespace || '.' || relname like any (%(tables)s)
        )
    )
    and pg_locks.granted
    and pg_locks.pid <> pg_backend_pid()
    and pg_locks.database = (
        select oid from pg_database where datname = current_database()
    )
"""

# readers are the logins that transform is a member of
_END_READERS = """
select usename, pg_terminate_backend(pid, 10000)
from pg_stat_activity
where usesysid in (
        select roleid from pg_auth_members where member = to_regrole('transform')
    )
    and pid in (
        select pg_locks.pid
        from pg_locks
        left join pg_class on pg_locks.relation = pg_class.oid
        where pg_locks.database = (
                select oid from pg_database where datname = current_database()
            )
            and (
                locktype = 'advisory' and classid = 0 and objid = any(%(locks)s)
                or relnamespace = to_regnamespace(%(schema)s)
            )
    )
"""
_MOST_TRIES = 20  # a reader may be quick to come back


class LockHeldError(BusyError):
    """Waited long enough; the message names who holds what is waited for."""


def lock_until_commit(connection: Connection, lock: Lock) -> None:
    """Acquire the lock and hold it until the transaction ends.

    Raises:
        LockHeldError: It was held all the time that the connection may wait.
    """
    _take(connection, lock, "pg_advisory_xact_lock")


def lock_for_session(
    connection: Connection, lock: Lock, *, shared: bool = False
) -> None:
    """Acquire the lock and hold it until the connection is closed.

    Args:
        connection: Its own for this, best in autocommit.
        lock: Which one.
        shared: Together with others that share it.

    Raises:
        LockHeldError: It was held all the time that the connection may wait.
    """
    _take(connection, lock, "pg_advisory_lock_shared" if shared else "pg_advisory_lock")


def try_lock_for_session(connection: Connection, lock: Lock) -> bool:
    """Take the lock for as long as the connection lives, unless somebody holds it."""
    return _take_at_once(connection, lock, "pg_try_advisory_lock")


def end_readers(connection: Connection, *, schema: str | None = None) -> bool:
    """End the sessions of readers that hold locks of ours, or wait for one.

    Args:
        connection: As ``ingest``, ``transform`` or who may act as them.
        schema: Those that hold a table of this schema, too.

    Returns:
        Whether there were any.
    """
    ended = connection.execute(
        _END_READERS, {"locks": [int(lock) for lock in Lock], "schema": schema}
    ).fetchall()
    for reader, _ in ended:
        logger.warning("ended a session of %s that stood in the way", reader)
    return bool(ended)


def holders(connection: Connection, lock: Lock) -> str:
    """Name who holds the lock, for people; without a right to see when, not since."""
    return _holders(connection, lock=lock)


@contextmanager
def naming_holders(connection: Connection, *tables: str) -> Iterator[None]:
    """If waiting for a table or a row takes too long, name who has it open.

    Args:
        connection: The one that waits; rolled back then.
        tables: With their schemas, each a pattern of LIKE.

    Raises:
        LockHeldError: The connection waited as long as it may.
    """
    try:
        yield
    except errors.LockNotAvailable as error:
        connection.rollback()
        raise LockHeldError(
            f"waited too long for {', '.join(tables)}:"
            f" {table_holders(connection, tables)}; end that, then repeat this"
        ) from error


def table_holders(connection: Connection, tables: Sequence[str]) -> str:
    """Name the sessions that hold a lock on these tables, given as patterns of LIKE."""
    return _holders(connection, tables=tables)


def _take(connection: Connection, lock: Lock, function: LiteralString) -> None:
    if _take_at_once(connection, lock, function.replace("pg_", "pg_try_", 1)):
        return
    found = holders(connection, lock)
    # batches of one run wait for each other all the time
    level = logging.INFO if lock is Lock.LOADING else logging.WARNING
    logger.log(level, "waiting for %s: %s", _WHAT[lock], found)
    try:
        connection.execute(f"select {function}(%s)", [lock])
    except errors.LockNotAvailable as error:
        raise LockHeldError(
            f"waited too long for {_WHAT[lock]}: {found}; end that, then repeat this"
        ) from error


def _take_at_once(connection: Connection, lock: Lock, function: LiteralString) -> bool:
    for _ in range(_MOST_TRIES):
        row = connection.execute(f"select {function}(%s)", [lock]).fetchone()
        if row == (True,):
            return True
        if not end_readers(connection):
            return False
    return False


def _holders(
    connection: Connection, *, lock: Lock | None = None, tables: Sequence[str] = ()
) -> str:
    rows = connection.execute(
        _HOLDERS, {"lock": lock, "tables": list(tables)}
    ).fetchall()
    names = [
        f"{application or 'unnamed'} (role {role}, pid {pid}"
        + (f", since {since} UTC)" if since else ")")
        for application, role, pid, since in rows
    ]
    return ", ".join(names) or "somebody who has just gone"
