"""A local folder as the place of files."""

import logging
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bloc_warehouse.intake.file_names import dated_folder, shown_name
from bloc_warehouse.intake.stored import StoredFile

_YOUNG_SECONDS = 2  # a clock's tick may hide what is written within it

logger = logging.getLogger(__name__)


class Folder:
    """A folder of this machine.

    Attributes:
        root: The folder; made when something is written.
        is_private: Only its owner may look inside what is written, and it is on disk
            before it has its name.
    """

    def __init__(self, root: Path, *, is_private: bool = False) -> None:
        self.root = root
        self.is_private = is_private

    def files(self, settle_seconds: float = 0) -> Iterator[StoredFile]:
        """Yield the plain files; links, hidden and lock files are skipped.

        One outside a dated folder must have been still for ``settle_seconds``; the
        youngest are waited for, and come last.
        """
        young: list[tuple[str, float]] = []
        for name in self._names():
            status = self._status(name)
            if status is None:
                continue
            age = time.time() - status.st_mtime
            if age < settle_seconds and not dated_folder(name):
                young.append((name, status.st_mtime))
            else:
                yield _stored(name, status)
        if not young:
            return
        still_at = max(changed for _, changed in young) + settle_seconds
        time.sleep(min(settle_seconds, max(0.0, still_at - time.time())))
        for name, changed in young:
            status = self._status(name)
            if status is None or status.st_mtime != changed:
                _note_writing(name)
            else:
                yield _stored(name, status)

    def read_unchanged(self, file: StoredFile, most: int) -> bytes | None:
        """Return a file's bytes; None when it is gone, being written or too large."""
        try:
            # it could have become a link to somewhere else, or a pipe, since
            descriptor = os.open(
                self.root / file.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            )
            with open(descriptor, "rb") as opened:  # noqa: PTH123  a descriptor
                before = os.fstat(opened.fileno())
                content = opened.read(most + 1)
                after = os.fstat(opened.fileno())
        except OSError as error:
            logger.warning(
                "not taken, %s: %s", type(error).__name__, shown_name(file.name)
            )
            return None
        if _version(before) == _version(after) == file.version:
            return content
        _note_writing(file.name)
        return None

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file that does not change; None when it is gone."""
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Write a file so that a reader sees all of it or nothing."""
        target = self.root / name
        self._make_folder(target)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
            part.write(content)
            if self.is_private:
                part.flush()
                os.fsync(part.fileno())
        if not self.is_private:
            Path(part.name).chmod(0o644)
        Path(part.name).replace(target)

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        return (self.root / name).exists()

    def move(self, name: str, target: str, *, keep: bool = False) -> bool:
        """Move a file, or copy it; False when it is gone."""
        if keep:
            content = self.read(name)
            if content is not None:
                self.write(target, content)
            return content is not None
        self._make_folder(self.root / target)
        try:
            (self.root / name).replace(self.root / target)
        except FileNotFoundError:
            return False
        return True

    def delete(self, name: str) -> None:
        """Delete a file; one that is gone is fine."""
        (self.root / name).unlink(missing_ok=True)

    def _make_folder(self, target: Path) -> None:
        if self.is_private:
            top = self.root / target.relative_to(self.root).parts[0]
            top.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)

    def _names(self) -> Iterator[str]:
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith((".", "~$")):
                    yield Path(folder, name).relative_to(self.root).as_posix()

    def _status(self, name: str) -> os.stat_result | None:
        try:
            status = (self.root / name).stat(follow_symlinks=False)
        except OSError:
            return None  # gone since it was listed
        if stat.S_ISREG(status.st_mode):
            return status
        logger.warning("not taken, no plain file: %s", shown_name(name))
        return None


def _stored(name: str, status: os.stat_result) -> StoredFile:
    is_young = time.time() - status.st_mtime < _YOUNG_SECONDS
    return StoredFile(name, status.st_size, _version(status), is_young)


def _version(status: os.stat_result) -> str:
    changed = f"{status.st_mtime_ns}-{status.st_ctime_ns}"
    return f"{status.st_size}-{changed}-{status.st_ino}"


def _note_writing(name: str) -> None:
    logger.info("%s is being written; the next run takes it", shown_name(name))
