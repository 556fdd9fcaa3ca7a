"""Which files of landing are registered already: landing asks, a few thousand at once.

What is asked for is found by an index, so that the answer costs as much on the first
day as after millions of files.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from psycopg import Connection
from psycopg.rows import class_row

from bloc_warehouse.sql import statement
from bloc_warehouse.storage.base import StoredFile
from bloc_warehouse.storage.names import shown_name

UNCERTAIN = "~"  # before the version of a file that was young when it was read
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Delivery:
    """A registered file: its bytes, and how landing knew it when it was read."""

    file_id: int
    path: str
    sha256: str | None
    version: str | None
    written_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What was delivered under one path, in the order of registration."""

    all: Sequence[Delivery] = ()

    @property
    def last(self) -> Delivery | None:
        """The last of them."""
        return self.all[-1] if self.all else None

    def same(self, file: StoredFile, sha256: str | None) -> Delivery | None:
        """Return the delivery that a file is; None if it was delivered again.

        A delivery is an event: the same bytes written again are one more.
        """
        of_version = [
            delivery
            for delivery in self.all
            if (delivery.version or "").removeprefix(UNCERTAIN) == file.version
        ]
        if of_version and of_version[-1].sha256 == sha256:
            return of_version[-1]
        last = self.last
        if last and last.sha256 == sha256 and not file.is_written_anew(last.version):
            return last
        return None


def unread(
    connection: Connection, files: Iterable[StoredFile], most: int
) -> Iterator[tuple[StoredFile, Deliveries]]:
    """Yield the files that are to be read, each with what came under its path before.

    Args:
        connection: As role ``ingest``, in a transaction.
        files: What lies in landing.
        most: The size above which a file is refused unread.
    """
    listed = iter(files)
    while some := list(islice(listed, _AT_ONCE)):
        new = _not_read(connection, some, most)
        known = _deliveries(connection, {shown_name(file.name) for file in new})
        for file in new:
            yield file, Deliveries(known[shown_name(file.name)])


def _not_read(
    connection: Connection, files: Sequence[StoredFile], most: int
) -> list[StoredFile]:
    """Leave out what was registered as it is, or refused for its size."""
    _look_up_by_index(connection)
    found = connection.execute(
        statement("intake/files/not_read"),
        {
            "paths": [shown_name(file.name) for file in files],
            "versions": [file.version for file in files],
            "too_large": [file.size > most for file in files],
        },
    )
    return [files[number - 1] for (number,) in found.fetchall()]


def _deliveries(
    connection: Connection, paths: Iterable[str]
) -> dict[str, list[Delivery]]:
    known: dict[str, list[Delivery]] = defaultdict(list)
    with connection.cursor(row_factory=class_row(Delivery)) as cursor:
        for delivery in cursor.execute(
            "select file_id, path, sha256, landing_version as version, written_at,"
            " state from raw.files where path = any(%s) order by file_id",
            [list(paths)],
        ):
            known[delivery.path].append(delivery)
    return known


def _look_up_by_index(connection: Connection) -> None:
    """Keep the planner, until the commit, from reading the whole table.

    It takes a look at any page for four times as dear as the next one, and where it has
    no statistics yet, each path for one of many rows.
    """
    connection.execute("set local enable_seqscan = off")
