"""Registers what is new in landing, with its bytes in the archive.

A delivery is registered once, however often it is met: while a file's version is the
same it is not even read. Written again, it is delivered again, whatever its bytes.
Files stay where the sender put them.

What lies in landing is looked up in what is registered, not the other way round: a look
costs what landing holds, however many files were registered before.
"""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import partial
from itertools import islice
from zoneinfo import ZoneInfo

from psycopg import Connection

from bloc_warehouse.database.locks import Lock, lock_until_commit
from bloc_warehouse.intake.files.archive import clear_incoming, keep
from bloc_warehouse.intake.files.known import (
    UNCERTAIN,
    Deliveries,
    Delivery,
    unread,
)
from bloc_warehouse.intake.files.not_taken import note_not_taken
from bloc_warehouse.intake.parse.unit_directory import UNKNOWN_SENDER
from bloc_warehouse.settings import Settings
from bloc_warehouse.storage import locations
from bloc_warehouse.storage.base import Report, Store, StoredFile
from bloc_warehouse.storage.names import day_of_folder, shown_name

_SIDE_BY_SIDE = 8  # disks and stores answer late, not slowly
_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Receipt:
    """When the office got a file, and how that is known.

    Attributes:
        source: ``folder`` (its dated folder), ``uploaded`` (the object store says so),
            ``found`` (this run found it) or ``operator`` (somebody said so, named in
            ``by``).
    """

    at: datetime
    source: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class _Taken:
    """A file whose bytes are in the archive, or were not even read.

    Attributes:
        last: The last delivery before, under the same path.
        known: The delivery that it is, if it is registered already.
    """

    stored: StoredFile
    path: str
    sha256: str | None
    archive_path: str | None
    last: Delivery | None = None
    known: Delivery | None = None

    @property
    def version(self) -> str:
        is_certain = not self.stored.is_young or self.sha256 is None
        return self.stored.version if is_certain else UNCERTAIN + self.stored.version


def register_files(
    connection: Connection, settings: Settings, stated: Receipt | None = None
) -> int:
    """Archive and register every file in landing that is not registered yet.

    A file that is too large is registered without being read. What is not taken is
    recorded with its cause.

    Args:
        connection: As role ``ingest``; the caller commits.
        settings: Where landing and archive are.
        stated: What an operator says of the time of receipt of the new files, where
            no dated folder says it.

    Returns:
        How many files are new.
    """
    archive = locations.archive(settings)
    lock_until_commit(connection, Lock.REGISTERING)
    for place in (archive, locations.outbox(settings)):
        place.clean()
    clear_incoming(connection, archive)  # what a crash left
    not_taken: dict[str, str] = {}
    now = datetime.now(UTC)
    new = 0
    for some in _taken(connection, settings, archive, not_taken.__setitem__):
        for taken in some:
            if taken.known:
                _note_version(connection, taken, taken.known)
        fresh = [taken for taken in some if taken.known is None]
        # within one run the files' times give the order in which they are numbered
        fresh.sort(key=lambda taken: taken.stored.written_at)
        new += len(fresh)
        _insert(
            connection,
            [
                (
                    taken,
                    received(taken.stored, written, now, settings.zone, stated),
                    written,
                )
                for taken in fresh
                for written in [_written_at(taken.stored, taken.last, now)]
            ],
        )
    note_not_taken(connection, not_taken)
    return new


def received(
    file: StoredFile,
    written_at: datetime,
    found_at: datetime,
    zone: ZoneInfo,
    stated: Receipt | None = None,
) -> Receipt:
    """Return when the office got a file: its dated folder's day, else when it came.

    Within that day it is the file's own time, if it is of that day; in today's
    folder the moment of finding, so that no file without a folder that came earlier
    today counts above it. A day in the future cannot be the day of receipt, nor can
    one long ago: the file is refused for it when it is read.
    """
    day = day_of_folder(file.name)
    today = found_at.astimezone(zone).date()
    if day == today:
        return Receipt(min(file.uploaded_at or found_at, found_at), "folder")
    if day and day < today:
        midnight = datetime.combine(day, time(), zone).astimezone(UTC)
        is_of_the_day = written_at.astimezone(zone).date() == day
        return Receipt(written_at if is_of_the_day else midnight, "folder")
    if stated:
        return stated
    if file.uploaded_at:
        return Receipt(min(file.uploaded_at, found_at), "uploaded")
    return Receipt(found_at, "found")


def _written_at(
    file: StoredFile, last: Delivery | None, found_at: datetime
) -> datetime:
    """Return the time of a file; what replaces another is not older than that."""
    written_at = min(file.written_at, found_at)
    return max(written_at, last.written_at) if last else written_at


def _taken(
    connection: Connection, settings: Settings, archive: Store, report: Report
) -> Iterator[list[_Taken]]:
    landing, most = locations.landing(settings), settings.max_file_bytes
    new = unread(connection, landing.files(settings.settle_seconds, report), most)
    take = partial(_take, landing, archive, most, report)
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        while some := list(islice(new, _AT_ONCE)):
            yield [
                delivery for delivery in pool.map(take, some) if delivery is not None
            ]


def _take(
    landing: Store,
    archive: Store,
    most: int,
    report: Report,
    found: tuple[StoredFile, Deliveries],
) -> _Taken | None:
    """Read a file and keep its bytes; None when it cannot be read now."""
    file, known = found
    path, last = shown_name(file.name), known.last
    if file.size > most:
        return _Taken(file, path, None, None, last, known.same(file, None))
    content = landing.read_unchanged(file, most, report)
    if content is None:
        return None
    sha256 = hashlib.sha256(content).hexdigest()
    same = known.same(file, sha256)
    if same:
        return _Taken(file, path, sha256, None, last, same)
    kept = keep(archive, sha256, file.name, content)
    return _Taken(file, path, sha256, kept, last)


def _note_version(connection: Connection, taken: _Taken, known: Delivery) -> None:
    """Note how landing knows a delivery now.

    The sender of a withdrawn file is notified again that it was: perhaps it was sent
    once more, in a way that leaves no other trace.
    """
    is_moved = (known.version or "").removeprefix(UNCERTAIN) != taken.stored.version
    connection.execute(
        "update raw.files set landing_version = %(version)s, answered_at ="
        " case when state <> 'withdrawn' or not %(is_moved)s then answered_at end"
        " where file_id = %(file)s",
        {"version": taken.version, "file": known.file_id, "is_moved": is_moved},
    )


def _insert(
    connection: Connection, taken: Sequence[tuple[_Taken, Receipt, datetime]]
) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into raw.files (sender, path, file_name, sha256, byte_size,"
            " received_at, received_at_source, received_at_by, archive_path,"
            " landing_version, written_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [(*_values(delivery, receipt), time) for delivery, receipt, time in taken],
        )


def _values(taken: _Taken, receipt: Receipt) -> tuple[object, ...]:
    folder, _, rest = taken.path.partition("/")
    return (
        folder if folder and rest else UNKNOWN_SENDER,
        taken.path,
        taken.path.rpartition("/")[2],
        taken.sha256,
        taken.stored.size,
        receipt.at,
        receipt.source,
        receipt.by,
        taken.archive_path,
        taken.version,
    )
