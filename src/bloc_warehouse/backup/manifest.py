"""What a backup says of itself: its parts, each with its sha256, and what they are of.

The manifest is written last and deleted first, so that a backup which was interrupted,
or is being removed, is none.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bloc_warehouse.domain.counting import counted
from bloc_warehouse.errors import SetupError, WrongRequestError
from bloc_warehouse.storage.base import Store

ARCHIVE = "archive"

_FOLDER = "backups"
_FILES = "files"
_MANIFEST = "manifest.json"


class DamagedBackupError(SetupError):
    """A backup is not what its manifest says; the message names the parts."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Value):
    """Bytes that the backup holds.

    Attributes:
        size: In bytes.
    """

    sha256: str
    size: int


class KeptFile(Part):
    """A file of the installation.

    Attributes:
        name: Its path below its place.
        version: What its place said of it; while it says the same, so are the bytes.
    """

    name: str
    version: str = ""


class TableState(_Value):
    """What a table held: how many rows, and a hash of them in no order."""

    rows: int
    hash: str


class Manifest(_Value):
    """One backup.

    Attributes:
        name: The moment at which it was made; later ones sort later.
        package: The version of the package that made it.
        revision: The version of the database's schema.
        server: PostgreSQL's major version.
        release: The live release; None if nothing was published.
        tables: By schema and name.
        parts: Files of the backup's own, by their names in its folder.
        files: By place: archive, outbox, reports, reference.
        missing: Files of the archive whose bytes it lacked already.
        logins_without_password: Readers whose passwords could not be read.
    """

    format: Literal[1] = 1
    name: str
    made_at: datetime
    package: str
    revision: str
    server: int
    release: int | None
    tables: Mapping[str, TableState]
    parts: Mapping[str, Part]
    files: Mapping[str, tuple[KeptFile, ...]]
    missing: tuple[str, ...] = ()
    logins_without_password: tuple[str, ...] = ()

    def hashes(self, place: str | None = None) -> frozenset[str]:
        """Return the sha256 of all files, or of those of one place."""
        places = self.files if place is None else (place,)
        return frozenset(
            file.sha256 for each in places for file in self.files.get(each, ())
        )


def file_path(sha256: str) -> str:
    """Return where a target holds the bytes of a file."""
    return f"{_FILES}/{sha256[:2]}/{sha256}"


def part_path(backup: str, part: str) -> str:
    """Return where a target holds a part of a backup's own."""
    return f"{_FOLDER}/{backup}/{part}"


def manifest_path(backup: str) -> str:
    """Return where a backup's manifest is."""
    return part_path(backup, _MANIFEST)


class Target:
    """What lies at a target, listed once.

    Attributes:
        store: The folder or object store.
        sizes: The bytes of each object, by its name.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.sizes = {file.name: file.size for file in store.files()}

    def backups(self) -> list[str]:
        """Return the names of whole backups, oldest first."""
        return sorted(
            backup
            for backup, part in self._own_parts()
            if part == _MANIFEST and self.sizes[manifest_path(backup)]
        )

    def remains(self) -> list[str]:
        """Return the names of objects that belong to no whole backup's folder."""
        whole = set(self.backups())
        return [
            part_path(backup, part)
            for backup, part in self._own_parts()
            if backup not in whole
        ]

    def stored_hashes(self) -> Iterator[str]:
        """Yield the sha256 of the files whose bytes it has."""
        return (
            name.rpartition("/")[2]
            for name in self.sizes
            if name.startswith(f"{_FILES}/")
        )

    def has(self, sha256: str, size: int | None = None) -> bool:
        """Tell whether it has a file's bytes, as many as they should be."""
        found = self.sizes.get(file_path(sha256))
        return found is not None and size in (None, found)

    def read_manifest(self, backup: str | None = None) -> Manifest:
        """Return the manifest of a backup, or of the newest one.

        Raises:
            WrongRequestError: There is no such backup; the message lists those there.
            DamagedBackupError: It cannot be read as what was written.
        """
        known = self.backups()
        if not known:
            raise WrongRequestError("there is no whole backup: is it another folder?")
        name = backup or known[-1]
        if name not in known:
            raise WrongRequestError(
                f"there is no backup {name}; there are {', '.join(known)}"
            )
        content = self.store.read(manifest_path(name)) or b""
        try:
            return Manifest.model_validate_json(content)
        except ValidationError as error:
            raise DamagedBackupError(
                f"the manifest of the backup {name} cannot be read"
                f" ({counted(error.error_count(), 'fault')}): take an earlier one"
                " (--backup), or the version of this program that made it"
            ) from error

    def _own_parts(self) -> Iterator[tuple[str, str]]:
        for name in self.sizes:
            folder, _, rest = name.partition("/")
            backup, _, part = rest.partition("/")
            if folder == _FOLDER and part:
                yield backup, part
