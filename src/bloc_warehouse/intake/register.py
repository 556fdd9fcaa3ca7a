"""Registers what is new in landing, with its bytes in the archive.

A path with the same bytes is registered once, however often it is met; while its
version is the same it is not even read. Files stay where the sender put them.
"""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from itertools import islice
from zoneinfo import ZoneInfo

from psycopg import Connection

from bloc_warehouse.intake import storage
from bloc_warehouse.intake.archive import clear_incoming, keep
from bloc_warehouse.intake.file_names import dated_folder, shown_name
from bloc_warehouse.intake.stored import Store, StoredFile
from bloc_warehouse.settings import Settings

UNKNOWN_SENDER = "_unknown"
_SIDE_BY_SIDE = 8  # disks and stores answer late, not slowly
_AT_ONCE = 256

logger = logging.getLogger(__name__)


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
class _Known:
    """What is registered: paths with their bytes, and with their versions."""

    contents: set[tuple[str, str]]
    versions: set[tuple[str, str]]
    unread: set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Taken:
    """A file whose bytes are in the archive, or were not even read."""

    stored: StoredFile
    path: str
    sha256: str | None
    archive_path: str | None
    is_known: bool = False

    @property
    def version(self) -> str | None:
        is_certain = not self.stored.is_young or self.sha256 is None
        return self.stored.version if is_certain else None


def register_files(
    connection: Connection, settings: Settings, stated: Receipt | None = None
) -> int:
    """Archive and register every file in landing that is not registered yet.

    A file that is too large is registered without being read.

    Args:
        connection: As role ``ingest``; the caller commits.
        settings: Where landing and archive are.
        stated: What an operator says of the time of receipt of all new files.

    Returns:
        How many files are new.
    """
    archive = storage.archive(settings)
    clear_incoming(connection, archive)  # what a crash left
    known = _known(connection)
    now = datetime.now(UTC)
    new = 0
    for some in _taken(storage.landing(settings), archive, known, settings):
        for taken in some:
            if taken.is_known:
                _note_version(connection, taken)
        new += _insert(
            connection,
            [
                (taken, stated or received(taken.stored, now, settings.zone))
                for taken in some
                if not taken.is_known
            ],
        )
    return new


def received(file: StoredFile, found_at: datetime, zone: ZoneInfo) -> Receipt:
    """Return when the office got a file: its dated folder's day, else when it came."""
    came = Receipt(found_at, "found")
    if file.uploaded_at:
        came = Receipt(file.uploaded_at, "uploaded")
    folder = dated_folder(file.name)
    if folder is None:
        return came
    try:
        day = date.fromisoformat(folder)
    except ValueError:
        return came
    midnight = datetime.combine(day, time(), zone)
    return Receipt(midnight.astimezone(UTC), "folder")


def _known(connection: Connection) -> _Known:
    known = _Known(set(), set(), set())
    for path, sha256, version in connection.execute(
        "select path, sha256, landing_version from raw.files"
    ):
        if sha256 is None:
            known.unread.add((path, version))
            continue
        known.contents.add((path, sha256))
        if version is not None:
            known.versions.add((path, version))
    return known


def _taken(
    landing: Store, archive: Store, known: _Known, settings: Settings
) -> Iterator[list[_Taken]]:
    most = settings.max_file_bytes
    new = (
        file
        for file in landing.files(settings.settle_seconds)
        if (shown_name(file.name), file.version)
        not in (known.unread if file.size > most else known.versions)
    )
    take = partial(_take, landing, archive, known, most)
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        while some := list(islice(new, _AT_ONCE)):
            yield [one for one in pool.map(take, some) if one is not None]


def _take(
    landing: Store, archive: Store, known: _Known, most: int, file: StoredFile
) -> _Taken | None:
    """Read a file and keep its bytes; None when it is gone or being written."""
    path = shown_name(file.name)
    if file.size > most:
        return _Taken(file, path, None, None)
    content = landing.read_unchanged(file, most)
    if content is None:
        return None
    sha256 = hashlib.sha256(content).hexdigest()
    if (path, sha256) in known.contents:
        return _Taken(file, path, sha256, None, is_known=True)
    kept = keep(archive, sha256, file.name, content)
    return _Taken(file, path, sha256, kept)


def _note_version(connection: Connection, taken: _Taken) -> None:
    connection.execute(
        "update raw.files set landing_version = %s where path = %s and sha256 = %s",
        [taken.version, taken.path, taken.sha256],
    )


def _insert(connection: Connection, taken: Sequence[tuple[_Taken, Receipt]]) -> int:
    """Register files; return how many were not registered yet."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into raw.files (sender, path, file_name, sha256, byte_size,"
            " received_at, received_at_source, received_at_by, archive_path,"
            " landing_version) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " on conflict (path, sha256) do nothing",
            [_values(one, receipt) for one, receipt in taken],
        )
        return cursor.rowcount if taken else 0


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
