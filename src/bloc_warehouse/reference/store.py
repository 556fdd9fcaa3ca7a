"""The lists in force and every change that led to them, in the warehouse."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from bloc_warehouse.reference.lists.reading import Values
from bloc_warehouse.reference.lists.shapes import SHAPES

Keyed = Mapping[str, Mapping[str, Values]]


@dataclass(frozen=True, slots=True)
class Change:
    """One line that is other than before; None: it was, or is, not there."""

    list: str
    row_key: str
    before: Values | None
    after: Values | None

    @property
    def kind(self) -> str:
        """``added``, ``changed`` or ``removed``."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class Application:
    """One time that lists were applied."""

    application_id: int
    applied_at: datetime
    applied_by: str
    reason: str | None


def keyed(rows: Mapping[str, Sequence[Values]]) -> dict[str, dict[str, Values]]:
    """Return the rows of all lists by list and key."""
    return {
        shape.name: {
            " ".join(row[name] or "–" for name in shape.key): row
            for row in rows.get(shape.name, ())
        }
        for shape in SHAPES
    }


def compare(before: Keyed, after: Keyed) -> Iterator[Change]:
    """Yield the lines that differ, list by list and key by key."""
    for shape in SHAPES:
        old, new = before.get(shape.name, {}), after.get(shape.name, {})
        for key in sorted({*old, *new}):
            if old.get(key) != new.get(key):
                yield Change(shape.name, key, old.get(key), new.get(key))


def read_applied(connection: Connection) -> dict[str, list[Values]]:
    """Return the lines in force, by list."""
    rows: dict[str, list[Values]] = defaultdict(list)
    for name, line in connection.execute(
        "select list, line from quality.reference_rows order by list, row_key"
    ):
        rows[name].append(line)
    return dict(rows)


def read_applied_at(
    connection: Connection, moment: datetime
) -> dict[str, list[Values]] | None:
    """Return the lines that were in force at a moment; None: those in force now were.

    What was in force before the first application was not recorded: it counts as the
    first one's.
    """
    found = connection.execute(
        "select coalesce("
        " max(application_id) filter (where applied_at <= %s), min(application_id)"
        ") as standing, max(application_id) from quality.reference_applications",
        [moment],
    ).fetchone()
    standing, last = found or (None, None)
    if standing == last:
        return None
    rows: dict[str, list[Values]] = defaultdict(list)
    for name, line in connection.execute(
        "select list, after from (select distinct on (list, row_key)"
        " list, row_key, after from quality.reference_changes"
        " where application_id <= %s order by list, row_key, application_id desc"
        ") as latest where after is not null order by list, row_key",
        [standing],
    ):
        rows[name].append(line)
    return dict(rows)


def last_application(connection: Connection) -> Application | None:
    """Return the last time that lists were applied; None: never yet."""
    with connection.cursor(row_factory=class_row(Application)) as cursor:
        return cursor.execute(
            "select application_id, applied_at, applied_by, reason"
            " from quality.reference_applications order by application_id desc limit 1"
        ).fetchone()


def last_change_of_all(connection: Connection) -> int | None:
    """Return the last application on which all facts rest; None: there was none."""
    found = connection.execute(
        "select max(application_id) from quality.reference_applications where is_of_all"
    ).fetchone()
    return found[0] if found else None


def record(
    connection: Connection,
    changes: Sequence[Change],
    *,
    by: str,
    reason: str | None,
    is_of_all: bool = True,
) -> int:
    """Keep changes and put them in force; the caller commits.

    Args:
        connection: As role ingest.
        changes: The lines that differ.
        by: Who applies them.
        reason: Why.
        is_of_all: All facts rest on them, so that the next build is a whole one.
    """
    found = connection.execute(
        "insert into quality.reference_applications (applied_by, reason, is_of_all)"
        " values (%s, %s, %s) returning application_id",
        [by, reason, is_of_all],
    ).fetchone()
    application_id = int(found[0]) if found else 0
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "copy quality.reference_changes"
            " (application_id, list, row_key, before, after) from stdin"
        ) as copy,
    ):
        for change in changes:
            copy.write_row(
                (
                    application_id,
                    change.list,
                    change.row_key,
                    Jsonb(change.before) if change.before is not None else None,
                    Jsonb(change.after) if change.after is not None else None,
                )
            )
    connection.execute(
        "delete from quality.reference_rows as kept"
        " using quality.reference_changes as changes"
        " where changes.application_id = %s"
        " and (kept.list, kept.row_key) = (changes.list, changes.row_key)",
        [application_id],
    )
    connection.execute(
        "insert into quality.reference_rows (list, row_key, line, application_id)"
        " select list, row_key, after, application_id"
        " from quality.reference_changes"
        " where application_id = %s and after is not null",
        [application_id],
    )
    return application_id
