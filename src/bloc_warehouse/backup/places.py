"""The files of an installation: where they lie, and their bytes in a backup, once each.

Landing is left out: whatever was received from there is in the archive.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from psycopg import Connection

from bloc_warehouse.backup.manifest import ARCHIVE, KeptFile, Target, file_path
from bloc_warehouse.intake.files.archive import kept_bytes
from bloc_warehouse.settings import StorageSettings
from bloc_warehouse.storage import locations
from bloc_warehouse.storage.base import Store

Bytes = Callable[[], bytes | None]

_ARCHIVED = """
select distinct on (archive_path) archive_path, sha256
from raw.files
where archive_path is not null
order by archive_path
"""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Copied:
    """What a backup copied to its target.

    Attributes:
        files: New files, whose bytes it had not.
        size: Their bytes.
        missing: Files of the archive whose bytes are gone, or are others.
    """

    files: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)


def places(settings: StorageSettings) -> dict[str, Store]:
    """Return where an installation's files lie, by what they are."""
    return {
        ARCHIVE: locations.archive(settings),
        "outbox": locations.outbox(settings),
        "reports": locations.reports(settings),
        "reference": locations.reference(settings),
    }


def copy_archive(
    connection: Connection, archive: Store, target: Target, copied: Copied
) -> Iterator[KeptFile]:
    """Copy the archived files that a moment of the database knows.

    Their names say what they hold: what the target has is not read again.

    Args:
        connection: Sees the database at that moment.
        archive: Where they lie; each was there before the database knew of it.
        target: Where they are copied to.
        copied: Counts what was.
    """
    for path, sha256 in connection.execute(_ARCHIVED).fetchall():
        size = _copy(target, copied, sha256, partial(kept_bytes, archive, path))
        if size is None:
            copied.missing.append(path)
        else:
            yield KeptFile(name=path, sha256=sha256, size=size)


def copy_place(
    store: Store, target: Target, known: Iterable[KeptFile], copied: Copied
) -> Iterator[KeptFile]:
    """Copy the files of another place; those known to be the same are not read.

    Args:
        store: The place.
        target: Where they are copied to.
        known: Its files as of the backup before.
        copied: Counts what was.
    """
    before: Mapping[str, KeptFile] = {file.name: file for file in known}
    for file in store.files():
        same = before.get(file.name)
        if (
            same is not None
            and not file.is_young
            and same.version == file.version
            and target.has(same.sha256, same.size)
        ):
            yield same
            continue
        content = store.read(file.name)
        if content is None:
            continue  # gone since it was listed
        sha256 = hashlib.sha256(content).hexdigest()
        _copy(target, copied, sha256, partial(bytes, content))
        yield KeptFile(
            name=file.name, sha256=sha256, size=len(content), version=file.version
        )


def _copy(target: Target, copied: Copied, sha256: str, read: Bytes) -> int | None:
    """Copy a file unless the target has it; return its size, None if it is damaged."""
    name = file_path(sha256)
    if name in target.sizes:
        return target.sizes[name]
    content = read()
    if content is None or hashlib.sha256(content).hexdigest() != sha256:
        logger.error("bytes with the sha256 %s are missing or damaged", sha256)
        return None
    target.store.write(name, content)
    target.sizes[name] = len(content)
    copied.files += 1
    copied.size += len(content)
    return len(content)
