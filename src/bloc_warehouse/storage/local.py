"""A local folder as the place of files."""

import fcntl
import os
import shutil
import signal
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO
from uuid import uuid4

from bloc_warehouse.storage.base import (
    HIDDEN,
    LOCK,
    WRITING,
    Report,
    StoredFile,
    StoreError,
    is_left_by_a_program,
    unreported,
)

_YOUNG_SECONDS = 2  # a clock's tick may hide what is written within it
_DEEPEST = 12  # folders below each other: as many long names make a path too long
_PARTS = ".partial"
_MADE_BY_US = (_PARTS, ".made_samples.json")
_LINK = "L501"
_NO_FILE = "L502"
_TOO_DEEP = f"L503 {_DEEPEST}"


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

    def files(
        self, settle_seconds: float = 0, report: Report = unreported
    ) -> Iterator[StoredFile]:
        """Yield the plain files; ``tell`` hears of all that is none.

        A file must have been still for ``settle_seconds``; the youngest are waited for,
        and come last.
        """
        young: list[tuple[str, os.stat_result]] = []
        for name, status in self._plain(report):
            if time.time() - _changed(status) < settle_seconds:
                young.append((name, status))
            else:
                yield _stored(name, status)
        if not young:
            return
        still_at = max(_changed(status) for _, status in young) + settle_seconds
        time.sleep(min(settle_seconds, max(0.0, still_at - time.time())))
        for name, before in young:
            now = self._status(name)
            if now is None:
                continue  # gone since it was listed
            if _version(now) == _version(before):
                yield _stored(name, now)
            else:
                report(name, WRITING)

    def read_unchanged(
        self, file: StoredFile, most: int, report: Report = unreported
    ) -> bytes | None:
        """Return a file's bytes; None when it is gone, being written or too large."""
        try:
            # it could have become a link to somewhere else, or a pipe, since
            descriptor = os.open(
                self.root / file.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            )
            with open(descriptor, "rb") as opened:  # noqa: PTH123  a descriptor
                is_open_elsewhere = _has_writer(descriptor)
                before = os.fstat(descriptor)
                content = opened.read(most + 1)
                after = os.fstat(descriptor)
        except FileNotFoundError:
            return None
        except OSError as error:
            report(file.name, _unreadable(error))
            return None
        is_still = _version(before) == _version(after) == file.version
        if is_still and not is_open_elsewhere:
            return content
        report(file.name, WRITING)
        return None

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file that does not change; None when it is gone."""
        with self._wrapping_errors():
            try:
                return (self.root / name).read_bytes()
            except FileNotFoundError:
                return None

    def write(self, name: str, content: bytes) -> None:
        """Write a file so that a reader sees all of it or nothing."""
        self._write(name, lambda part: part.write(content))

    def write_file(self, name: str, source: Path) -> None:
        """Write a file of this machine, however large, as ``write`` does."""
        with source.open("rb") as opened:
            self._write(name, lambda part: shutil.copyfileobj(opened, part))

    def read_file(self, name: str, target: Path) -> bool:
        """Copy a file to this machine, however large; False when it is gone."""
        with self._wrapping_errors():
            try:
                shutil.copyfile(self.root / name, target)
            except FileNotFoundError:
                return False
        return True

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        with self._wrapping_errors():
            return (self.root / name).exists()

    def move(self, name: str, target: str, *, keep: bool = False) -> bool:
        """Move a file, or copy it; False when it is gone."""
        if keep:
            content = self.read(name)
            if content is not None:
                self.write(target, content)
            return content is not None
        with self._wrapping_errors():
            self._make_folder(self.root / target)
            try:
                (self.root / name).replace(self.root / target)
            except FileNotFoundError:
                return False
        return True

    def delete(self, name: str) -> None:
        """Delete a file; one that is gone is fine."""
        with self._wrapping_errors():
            (self.root / name).unlink(missing_ok=True)

    def clean(self) -> None:
        """Delete what a killed writer left half written."""
        with self._wrapping_errors():
            for part in (self.root / _PARTS).glob("*"):
                with suppress(FileNotFoundError), part.open("rb") as opened:
                    # a writer holds the lock; one that begins has a moment to take it
                    is_young = time.time() - part.stat().st_mtime < _YOUNG_SECONDS
                    if not is_young and _is_locked(opened):
                        part.unlink()

    def _write(self, name: str, fill: Callable[[IO[bytes]], object]) -> None:
        with self._wrapping_errors(), self._part() as part:
            fill(part)
            part.flush()
            if self.is_private:
                os.fsync(part.fileno())
            else:
                os.fchmod(part.fileno(), 0o644)
            target = f"{self.root}/{name}"
            try:
                os.replace(part.name, target)  # noqa: PTH105  twice as fast as a Path
            except FileNotFoundError:  # the first file of its folder
                self._make_folder(Path(target))
                os.replace(part.name, target)  # noqa: PTH105  the same

    @contextmanager
    def _part(self) -> Iterator[IO[bytes]]:
        """Give a new file, held by its writer for as long as it lives."""
        name = f"{self.root}/{_PARTS}/{uuid4().hex}"
        try:
            part = _new_file(name)
        except FileNotFoundError:  # the first file of its place
            (self.root / _PARTS).mkdir(mode=0o700, parents=True, exist_ok=True)
            part = _new_file(name)
        with part:
            _is_locked(part)
            try:
                yield part
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def _make_folder(self, target: Path) -> None:
        if self.is_private:
            top = self.root / target.relative_to(self.root).parts[0]
            top.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)

    def _plain(self, report: Report) -> Iterator[tuple[str, os.stat_result]]:
        """Yield the plain files, a folder's own before those of the folders in it."""
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            folders = []
            for name, status in self._listed(folder, report):
                cause = _cause(name, status)
                if cause:
                    report(name, cause)
                elif stat.S_ISDIR(status.st_mode):
                    folders.append(name)
                else:
                    yield name, status
            waiting += reversed(folders)

    def _listed(self, folder: str, report: Report) -> list[tuple[str, os.stat_result]]:
        """Return what a folder holds, by name."""
        try:
            names = sorted(os.listdir(self.root / folder))  # noqa: PTH208  names only
        except FileNotFoundError:
            return []
        except OSError as error:
            if not folder:
                raise StoreError(f"{self.root}: {error.strerror}") from error
            report(folder, _unreadable(error))
            return []
        if not folder:
            names = [name for name in names if name not in _MADE_BY_US]
        found = []
        for name in (f"{folder}/{name}" if folder else name for name in names):
            status = self._status(name, report)
            if status is not None:
                found.append((name, status))
        return found

    def _status(self, name: str, report: Report = unreported) -> os.stat_result | None:
        try:
            return os.stat(f"{self.root}/{name}", follow_symlinks=False)  # noqa: PTH116  faster
        except FileNotFoundError:
            return None  # gone since it was listed
        except OSError as error:
            report(name, _unreadable(error))
            return None

    @contextmanager
    def _wrapping_errors(self) -> Iterator[None]:
        """Say in one line what the system refuses: a full disk, missing rights."""
        try:
            yield
        except OSError as error:
            raise StoreError(f"{self.root}: {error.strerror or error}") from error


def _cause(name: str, status: os.stat_result) -> str | None:
    """Return why something is not taken."""
    *folders, last = name.split("/")
    if is_left_by_a_program(last):
        return LOCK
    if last.startswith("."):
        return HIDDEN
    if stat.S_ISLNK(status.st_mode):
        return _LINK
    if stat.S_ISDIR(status.st_mode):
        return _TOO_DEEP if len(folders) >= _DEEPEST else None
    return None if stat.S_ISREG(status.st_mode) else _NO_FILE


def _unreadable(error: OSError) -> str:
    return f"L504 {error.strerror}"


def _new_file(name: str) -> IO[bytes]:
    """Open a file that only its owner may read."""
    return open(name, "xb", opener=partial(os.open, mode=0o600))


def _is_locked(opened: IO[bytes]) -> bool:
    """Lock a file for this process, until it is closed; False if another one has it."""
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _has_writer(descriptor: int) -> bool:
    """Whether any process of this machine has the file open to write to it.

    The system grants no lease then. It grants none for other reasons too, e.g. on files
    of other users: then the file's stillness alone must tell.
    """
    try:
        # whoever opens it now waits for a moment, and this signal notifies us
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _changed(status: os.stat_result) -> float:
    """When a file was changed last; a time to come is some clock's mistake."""
    return max(min(status.st_mtime, time.time()), status.st_ctime)


def _stored(name: str, status: os.stat_result) -> StoredFile:
    is_young = abs(time.time() - status.st_mtime) < _YOUNG_SECONDS
    return StoredFile(
        name, status.st_size, _version(status), _written_at(status), is_young
    )


def _written_at(status: os.stat_result) -> datetime:
    seconds = min(max(status.st_mtime, 0.0), time.time())
    return datetime.fromtimestamp(seconds, UTC)


def _version(status: os.stat_result) -> str:
    changed = f"{status.st_mtime_ns}-{status.st_ctime_ns}"
    return f"{status.st_size}-{changed}-{status.st_ino}"
