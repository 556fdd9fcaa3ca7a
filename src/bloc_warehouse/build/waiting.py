"""What arrived but has not reached readers, decided in this one place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from bloc_warehouse.sql import statement

PENDING = "pending"

_WORDS = {
    PENDING: ("1 file waits to be read", "files wait to be read"),
    "files": ("1 file was read and waits for a build",
              "files were read and wait for a build"),
    "periods": ("1 re-opened period waits for a build",
                "re-opened periods wait for a build"),
    "holds": ("1 return that the audit holds waits for a build",
              "returns that the audit holds wait for a build"),
    "lists": ("lists that were applied wait for a build",
              "times lists were applied and wait for a build"),
    "release": ("build # waits for its audit and to be published", ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WaitingWork:
    """Work of one kind that the next run has to do.

    Attributes:
        item: ``pending``: files to be read. ``files``, ``periods``, ``holds``,
            ``lists``: changes to be built. ``release``: a build that was never audited
            or published.
        item_count: How many of them.
        since: For how long the first of them has waited.
        release_id: The build, for ``release``.
    """

    item: str
    item_count: int
    since: datetime
    release_id: int | None

    def __str__(self) -> str:
        """Say it in a sentence."""
        singular, many = _WORDS[self.item]
        what = singular if self.item_count == 1 else f"{self.item_count} {many}"
        return what.replace("#", str(self.release_id))


def waiting_work(connection: Connection) -> list[WaitingWork]:
    """Return what waits for a run; none if readers have everything received."""
    with connection.cursor(row_factory=class_row(WaitingWork)) as cursor:
        return cursor.execute(
            "select item, item_count, since, release_id from quality.waiting_work"
        ).fetchall()


def waiting_files(connection: Connection) -> dict[str, Any]:
    """Return how many files wait for a build, and how many of them from which bloc."""
    work = [item for item in waiting_work(connection) if item.item == "files"]
    if not work:
        return {"files": 0, "blocs": {}}
    (files,) = work
    found = connection.execute(
        statement("build/waiting_files"), {"since": files.since}
    ).fetchall()
    return {"files": files.item_count, "blocs": dict(found)}
