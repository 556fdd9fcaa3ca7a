"""The log of what changed, from which a build knows what to rebuild.

Triggers write it when submissions or holds change. Whoever changes something else that
facts rest on says so by ``mark_changed``. Publishing drops what no build needs any more
(``scope.prune_changes``).
"""

from collections.abc import Iterable
from itertools import product

from psycopg import Connection

from bloc_warehouse.database.locks import Lock, lock_until_commit
from bloc_warehouse.domain.periods import FIRST_YEAR, LAST_YEAR

LISTS = "lists"  # why units' years changed: what rests on lists alone changed too


def mark_changed(
    connection: Connection, keys: Iterable[tuple[str, int]], cause: str
) -> None:
    """Have the next build of every schema rebuild these units' years.

    Args:
        connection: As role ingest or transform; the caller commits.
        keys: Unit codes, the offices' too, each with a year.
        cause: A word or two, kept in the log: "period reopened", "bloc blocked" …
    """
    pairs = sorted(set(keys))
    connection.execute("select raw.share_changes_lock()")
    connection.execute(
        "insert into raw.changes (unit_code, period_year, cause)"
        " select units.unit_code, units.period_year, %s"
        " from unnest(%s::text[], %s::integer[]) as units (unit_code, period_year)",
        [cause, [unit for unit, _ in pairs], [year for _, year in pairs]],
    )


def mark_lists_changed(connection: Connection, units: Iterable[str]) -> None:
    """Have the next builds make units' years anew, and what rests on lists alone."""
    received = connection.execute(
        "select distinct period_year from raw.submissions where period_year is not null"
    )
    years = {year for (year,) in received} | {*range(FIRST_YEAR, LAST_YEAR + 1)}
    mark_changed(connection, product(units, years), LISTS)


def position(connection: Connection) -> int:
    """Return the log's last number; none below it will be committed later.

    Waits for the transactions that are writing the log. Commit soon: meanwhile the
    others wait.
    """
    lock_until_commit(connection, Lock.CHANGES)
    row = connection.execute(
        "select coalesce(max(change_id), 0) from raw.changes"
    ).fetchone()
    return int(row[0]) if row else 0
