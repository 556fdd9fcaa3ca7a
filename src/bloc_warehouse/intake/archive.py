"""Bytes first: every file in landing is archived by its sha256 and registered."""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from psycopg import Connection

from bloc_warehouse.settings import Settings

UNKNOWN_SENDER = "_unknown"
_DATED_FOLDER = re.compile(r"\d{4}-\d{2}-\d{2}")
_CHUNK = 1024 * 1024


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
    """A file in landing; ``path`` is relative to it, ``sender`` its first folder."""

    path: str
    sender: str
    full_path: Path
    sha256: str
    byte_size: int


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
    known = set(connection.execute("select path, sha256 from raw.files").fetchall())
    now = datetime.now(UTC)
    new = 0
    for landed in landed_files(settings.landing_dir):
        if (landed.path, landed.sha256) in known:
            continue
        archive_path = keep(landed, settings.archive_dir)
        receipt = stated or received(landed.path, now, settings.zone)
        connection.execute(
            "insert into raw.files (sender, path, file_name, sha256, byte_size,"
            " received_at, received_at_source, received_at_by, archive_path)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                landed.sender,
                landed.path,
                landed.full_path.name,
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


def landed_files(landing: Path) -> Iterator[LandedFile]:
    """Yield the files in landing by path; links, hidden and lock files are skipped."""
    if not landing.is_dir():
        return
    for folder, folders, names in os.walk(landing):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            full_path = Path(folder, name)
            if name.startswith((".", "~$")) or not _is_plain(full_path):
                continue
            relative = full_path.relative_to(landing)
            sender = relative.parts[0] if len(relative.parts) > 1 else UNKNOWN_SENDER
            yield LandedFile(
                path=relative.as_posix(),
                sender=sender,
                full_path=full_path,
                sha256=sha256_of(full_path),
                byte_size=full_path.stat().st_size,
            )


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


def keep(landed: LandedFile, archive: Path) -> str:
    """Copy the bytes into the archive, whole or not at all; return where they are."""
    ending = landed.full_path.suffix.lower()
    name = f"{landed.sha256[:2]}/{landed.sha256}{ending}"
    target = archive / name
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
            with landed.full_path.open("rb") as source:
                shutil.copyfileobj(source, part, _CHUNK)
            part.flush()
            os.fsync(part.fileno())
        Path(part.name).replace(target)
    return name


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


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
