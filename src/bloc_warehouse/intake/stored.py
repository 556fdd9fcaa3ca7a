"""What a folder and an object store have in common: the files in them, the face."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file where senders put it.

    Attributes:
        name: Its path below the place, as the place knows it.
        size: In bytes.
        version: Another one when the content may be another.
        is_young: Written so lately that a change would not show in its version.
        uploaded_at: When an object store got it; None in a folder, whose times are the
            sender's.
    """

    name: str
    size: int
    version: str
    is_young: bool = False
    uploaded_at: datetime | None = None


class Store(Protocol):
    """A place for files; names are relative to it, with ``/`` between their parts."""

    def files(self, settle_seconds: float = 0) -> Iterator[StoredFile]:
        """Yield the files, a folder's own before those of the folders in it."""
        ...

    def read_unchanged(self, file: StoredFile, most: int) -> bytes | None:
        """Return a file's bytes; None when it is gone, being written or too large."""
        ...

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file that does not change; None when it is gone."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Write a file so that a reader sees all of it or nothing."""
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
