"""What a folder and an object store have in common: the files in them, the face."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from bloc_warehouse.errors import SetupError

WRITING = "L505"
HIDDEN = "L506"
LOCK = "L507"

UNKNOWN_TIME = datetime.fromtimestamp(0, UTC)
"""The time of files that were registered before it was kept."""

Report = Callable[[str, str], None]
"""Takes the name of what is not taken, and the cause: a code, perhaps with details."""

_OF_WINDOWS = ("thumbs.db", "desktop.ini")

_WRITING_OF = re.compile(r"~?(\d+-\d+)-")


class StoreError(SetupError):
    """A place does not do what it was asked; no secret is in the message."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file where senders put it.

    Attributes:
        name: Its path below the place, as the place knows it.
        size: In bytes.
        version: Another one when the content may be another: size, time of the file,
            and what else the place tells.
        written_at: The time of the file.
        is_young: Written so lately that a change would not show in its version.
        uploaded_at: When an object store got it; None in a folder, whose times are the
            sender's.
    """

    name: str
    size: int
    version: str
    written_at: datetime
    is_young: bool = False
    uploaded_at: datetime | None = None

    def is_written_anew(self, version: str | None) -> bool:
        """Whether it was written since it had a version, perhaps with the same bytes.

        Other rights or another owner make another version, and are no new writing.
        """
        before = _WRITING_OF.match(version or "")
        now = _WRITING_OF.match(self.version)
        return bool(before and now and before[1] != now[1])


def is_left_by_a_program(name: str) -> bool:
    """Whether Office or Windows wrote it beside a sender's files."""
    return name.startswith("~$") or name.lower() in _OF_WINDOWS


def unreported(name: str, cause: str) -> None:
    """Ignore the name of a file that is not ingested."""


class Store(Protocol):
    """A place for files; names are relative to it, with ``/`` between their parts."""

    def files(
        self, settle_seconds: float = 0, report: Report = unreported
    ) -> Iterator[StoredFile]:
        """Yield the files, a folder's own before those of the folders in it."""
        ...

    def read_unchanged(
        self, file: StoredFile, most: int, report: Report = unreported
    ) -> bytes | None:
        """Return a file's bytes; None when it is gone, being written or too large."""
        ...

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file that does not change; None when it is gone."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Write a file so that a reader sees all of it or nothing."""
        ...

    def write_file(self, name: str, source: Path) -> None:
        """Write a file of this machine, however large, as ``write`` does."""
        ...

    def read_file(self, name: str, target: Path) -> bool:
        """Copy a file to this machine, however large; False when it is gone."""
        ...

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        ...

    def move(self, name: str, target: str, *, keep: bool = False) -> bool:
        """Move a file, or copy it; False when it is gone."""
        ...

    def delete(self, name: str) -> None:
        """Delete a file; one that is gone is fine."""
        ...

    def clean(self) -> None:
        """Delete what a killed writer left half written."""
        ...
