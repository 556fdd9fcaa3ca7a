"""Reads a backup from end to end and compares each part with the manifest."""

import hashlib
import logging
import random
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bloc_warehouse.backup.manifest import Manifest, Part, Target, file_path, part_path
from bloc_warehouse.backup.programs import run_program
from bloc_warehouse.backup.retention import forgotten
from bloc_warehouse.backup.save import DUMP
from bloc_warehouse.backup.timing import Report
from bloc_warehouse.setting_values import Location
from bloc_warehouse.settings import Settings
from bloc_warehouse.storage import locations

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackupCheck:
    """What a backup was found to be.

    Attributes:
        files: How many were read.
        size: Bytes that were read, the backup's own parts among them.
        faults: What is missing or is not what the manifest says; empty when it is
            whole.
    """

    manifest: Manifest
    files: int
    size: int
    faults: tuple[str, ...]


def check_backup(
    settings: Settings,
    location: Location,
    backup: str | None = None,
    *,
    most: int | None = None,
    report: Report = logger.info,
) -> BackupCheck:
    """Read all of a backup; nothing is written anywhere.

    Args:
        settings: For the store's address, and PostgreSQL's programs.
        location: Where backups are.
        backup: Which one; the newest when left out.
        most: Read so many files only, chosen by chance; of the others it is seen that
            they are there, and as long as they should be.
        report: Called with what is being done.

    Raises:
        WrongRequestError: There is no such backup.
        DamagedBackupError: Its manifest cannot be read.
        StoreError: The place does not do what it is asked.
    """
    target = Target(locations.backups(location, settings))
    manifest = target.read_manifest(backup)
    report(f"reading the backup {manifest.name}")
    names = _distinct_files(target, manifest)
    chosen = list(names)
    if most is not None and len(chosen) > most:
        chosen = random.sample(chosen, most)
    faults = [
        *_faulty_parts(settings, target, manifest),
        *(
            f"{name} is missing or of another size"
            for file, name in names.items()
            if not target.has(file.sha256, file.size)
        ),
        *_faulty_files(target, {file: names[file] for file in chosen}),
    ]
    size = sum(file.size for file in chosen)
    size += sum(part.size for part in manifest.parts.values())
    return BackupCheck(manifest, len(chosen), size, tuple(faults))


def forgotten_since(target: Target, manifest: Manifest) -> frozenset[str]:
    """Return the sha256 of files that were deleted for good after a backup."""
    newest = target.read_manifest()
    if newest.name == manifest.name:
        return frozenset()
    return forgotten([manifest], newest)


def _faulty_parts(
    settings: Settings, target: Target, manifest: Manifest
) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="bloc-backup-") as folder:
        file = Path(folder) / "part"
        for name, part in manifest.parts.items():
            if not target.store.read_file(part_path(manifest.name, name), file):
                yield f"{name} is missing"
            elif file_sha256(file) != part.sha256:
                yield f"{name} is not what was written"
            elif name == DUMP:
                run_program(settings, "pg_restore", manifest.server, "--list", file)


def _distinct_files(target: Target, manifest: Manifest) -> dict[Part, str]:
    """Return the files that should be there, once each, with a name for people."""
    gone = forgotten_since(target, manifest)
    return {
        Part(sha256=file.sha256, size=file.size): f"{place}/{file.name}"
        for place, files in manifest.files.items()
        for file in files
        if file.sha256 not in gone
    }


def _faulty_files(target: Target, names: Mapping[Part, str]) -> Iterator[str]:
    for file, name in names.items():
        content = target.store.read(file_path(file.sha256))
        if content is None:
            continue  # said already
        if hashlib.sha256(content).hexdigest() != file.sha256:
            yield f"{name} is not what was written"


def file_sha256(file: Path) -> str:
    """Return the sha256 of a file of this machine, however large."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
