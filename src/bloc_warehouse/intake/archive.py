"""Bytes first: every file in landing is archived by its sha256 and registered.

New bytes lie in ``incoming``, which only the ingesting user can open, until the file
was read: then they move up, or are deleted when they hold personal data.
"""

import hashlib
import logging
import os
import re
import tempfile
import time as clock
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from psycopg import Connection

from bloc_warehouse.settings import Settings

UNKNOWN_SENDER = "_unknown"
INCOMING = "incoming"
_DATED_FOLDER = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]"
)
_CHUNK = 1024 * 1024

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Receipt:
    """When the office got a file, and how that is known.

    Attributes:
        source: ``folder`` (its dated folder), ``found`` (this run found it) or
            ``operator`` (somebody said so, named in ``by``).
    """

    at: datetime
    source: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class LandedFile:
    """A file in landing; ``path`` is relative to it, ``sender`` its first folder.

    Names are printable: what is not stands there as its code.
    """

    path: str
    sender: str
    full_path: Path
    sha256: str
    byte_size: int

    @property
    def file_name(self) -> str:
        """The file's name, printable."""
        return self.path.rpartition("/")[2]


def register_files(
    connection: Connection, settings: Settings, stated: Receipt | None = None
) -> int:
    """Archive and register every file in landing that is not registered yet.

    A path with the same bytes is registered once, however often it is met. Files stay
    where the sender put them.

    Args:
        connection: As role ``ingest``; the caller commits.
        settings: Where landing and archive are.
        stated: What an operator says of the time of receipt of all new files.

    Returns:
        How many files are new.
    """
    clear_incoming(connection, settings.archive_dir)  # what a crash left
    known = set(connection.execute("select path, sha256 from raw.files").fetchall())
    now = datetime.now(UTC)
    new = 0
    for landed in landed_files(settings.landing_dir, settings.settle_seconds):
        if (landed.path, landed.sha256) in known:
            continue
        archive_path = keep(landed, settings.archive_dir)
        if archive_path is None:
            logger.info("%s is being written; the next run takes it", landed.path)
            continue
        receipt = stated or received(landed.path, now, settings.zone)
        connection.execute(
            "insert into raw.files (sender, path, file_name, sha256, byte_size,"
            " received_at, received_at_source, received_at_by, archive_path)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                landed.sender,
                landed.path,
                landed.file_name,
                landed.sha256,
                landed.byte_size,
                receipt.at,
                receipt.source,
                receipt.by,
                archive_path,
            ],
        )
        new += 1
    return new


def landed_files(landing: Path, settle_seconds: float = 0) -> Iterator[LandedFile]:
    """Yield the files in landing by path; links, hidden and lock files are skipped.

    A file that is still being written is left to the next run. One outside a dated
    folder must have been still for ``settle_seconds``; the youngest are waited for.
    """
    young: list[tuple[Path, os.stat_result]] = []
    for full_path in _candidates(landing):
        status = _status(full_path)
        if status is None:
            continue
        if _age(status) < settle_seconds and not _is_dated(landing, full_path):
            young.append((full_path, status))
        elif landed := _landed(landing, full_path, status):
            yield landed
    if young:
        youngest = max(status.st_mtime for _, status in young)
        clock.sleep(
            min(settle_seconds, max(0.0, youngest + settle_seconds - clock.time()))
        )
    for full_path, status in young:
        if landed := _landed(landing, full_path, status):
            yield landed


def _candidates(landing: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(landing):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            full_path = Path(folder, name)
            if name.startswith((".", "~$")):
                continue
            if full_path.is_symlink() or not full_path.is_file():
                logger.warning("not taken, no plain file: %s", printable(name))
                continue
            yield full_path


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat(follow_symlinks=False)
    except OSError:
        return None  # gone since it was listed


def _age(status: os.stat_result) -> float:
    return clock.time() - status.st_mtime


def _is_dated(landing: Path, full_path: Path) -> bool:
    parts = full_path.relative_to(landing).parts
    return len(parts) > 2 and bool(_DATED_FOLDER.fullmatch(parts[1]))


def _landed(landing: Path, full_path: Path, seen: os.stat_result) -> LandedFile | None:
    """Return the file with its hash; None when it changes or cannot be read."""
    try:
        digest = sha256_of(full_path)
    except OSError as error:
        logger.warning("not taken, %s: %s", type(error).__name__, full_path.name)
        return None
    now = _status(full_path)
    if now is None or (now.st_size, now.st_mtime_ns) != (
        seen.st_size,
        seen.st_mtime_ns,
    ):
        logger.info("%s is being written; the next run takes it", full_path.name)
        return None
    parts = [printable(part) for part in full_path.relative_to(landing).parts]
    return LandedFile(
        path="/".join(parts),
        sender=parts[0] if len(parts) > 1 else UNKNOWN_SENDER,
        full_path=full_path,
        sha256=digest,
        byte_size=seen.st_size,
    )


def printable(name: str) -> str:
    """Return a file's name with control characters and broken ones as their codes."""
    return _UNPRINTABLE.sub(lambda char: f"\\x{ord(char[0]):02x}", name)


def received(path: str, found_at: datetime, zone: ZoneInfo) -> Receipt:
    """Return when the office got a file: its dated folder's day, else when found."""
    parts = path.split("/")
    if len(parts) > 2 and _DATED_FOLDER.fullmatch(parts[1]):
        try:
            day = date.fromisoformat(parts[1])
        except ValueError:
            return Receipt(found_at, "found")
        midnight = datetime.combine(day, time(), zone)
        return Receipt(midnight.astimezone(UTC), "folder")
    return Receipt(found_at, "found")


def keep(landed: LandedFile, archive: Path) -> str | None:
    """Copy the bytes into the archive, whole or not at all; return where they are.

    Bytes that were read before are in the archive already, others come to ``incoming``.
    None when the file has changed since it was looked at.
    """
    name = _archive_name(landed)
    if (archive / name).exists():
        return name
    incoming = f"{INCOMING}/{name}"
    target = archive / incoming
    if target.exists():
        return incoming
    (archive / INCOMING).mkdir(mode=0o700, parents=True, exist_ok=True)
    target.parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
        digest = hashlib.sha256()
        with landed.full_path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                part.write(chunk)
        part.flush()
        os.fsync(part.fileno())
    if digest.hexdigest() != landed.sha256:
        Path(part.name).unlink()
        return None
    Path(part.name).replace(target)
    return incoming


def _archive_name(landed: LandedFile) -> str:
    ending = re.sub(r"[^.a-z0-9]", "", landed.full_path.suffix.lower())[:12]
    return f"{landed.sha256[:2]}/{landed.sha256}{ending}"


def kept_path(archive: Path, archive_path: str) -> Path:
    """Return where kept bytes lie now: another file's batch may have moved them up."""
    path = archive / archive_path
    if not path.exists() and archive_path.startswith(f"{INCOMING}/"):
        return archive / archive_path.removeprefix(f"{INCOMING}/")
    return path


def clear_incoming(connection: Connection, archive: Path) -> None:
    """Empty ``incoming`` of files that have been read: archived, or deleted for good.

    Safe to repeat after a crash; the caller commits.
    """
    rows = connection.execute(
        "select files.file_id, files.archive_path,"
        " exists (select from raw.faults where faults.file_id = files.file_id"
        " and faults.code like 'P%%') as is_personal,"
        " exists (select from raw.files as same where same.state = 'pending'"
        " and same.archive_path = files.archive_path) as is_waited_for"
        " from raw.files where files.state <> 'pending'"
        " and files.archive_path like %s"
        " order by files.file_id for update of files skip locked",
        [f"{INCOMING}/%"],
    ).fetchall()
    for file_id, archive_path, is_personal, is_waited_for in rows:
        kept = None if is_personal else archive_path.removeprefix(f"{INCOMING}/")
        if kept:
            _move_up(archive / archive_path, archive / kept, copy=is_waited_for)
        elif not is_waited_for:
            (archive / archive_path).unlink(missing_ok=True)
        connection.execute(
            "update raw.files set archive_path = %s where file_id = %s",
            [kept, file_id],
        )


def _move_up(source: Path, target: Path, *, copy: bool) -> None:
    """Move bytes up; as a copy while a file with the same bytes has yet to be read."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        if copy:
            write_whole(target, source.read_bytes())
        else:
            source.replace(target)
    except FileNotFoundError:
        if not target.exists():
            raise


def sha256_of(path: Path) -> str:
    """Return the hex sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(target: Path, content: bytes) -> None:
    """Write a file so that a reader sees all of it or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
        part.write(content)
    Path(part.name).chmod(0o644)
    Path(part.name).replace(target)


def batches(items: Sequence[int], size: int) -> list[list[int]]:
    """Cut a list into lists of at most ``size``."""
    return [list(items[start : start + size]) for start in range(0, len(items), size)]
