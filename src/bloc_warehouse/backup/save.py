"""Makes a backup: the database at one moment, and the files that it knows by then.

Nothing stands still for it. Bytes are in the archive before the database knows of them,
so those of the moment are all there.
"""

import hashlib
import logging
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from psycopg import Connection

from bloc_warehouse.backup import contents, retention
from bloc_warehouse.backup.manifest import (
    ARCHIVE,
    DamagedBackupError,
    KeptFile,
    Manifest,
    Part,
    Target,
    manifest_path,
    part_path,
)
from bloc_warehouse.backup.places import Copied, copy_archive, copy_place, places
from bloc_warehouse.backup.programs import address_of, run_program
from bloc_warehouse.backup.readers import LOGINS, Login, read_logins
from bloc_warehouse.backup.secrets import collect_secrets
from bloc_warehouse.backup.timing import Report, timed
from bloc_warehouse.database import schema_version
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.locks import Lock, lock_for_session
from bloc_warehouse.errors import WrongRequestError
from bloc_warehouse.setting_values import Location
from bloc_warehouse.settings import Settings
from bloc_warehouse.storage import locations

DUMP = "warehouse.dump"
LOGIN_LIST = "logins.json"
SECRETS = "secrets.json"


logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made.

    Attributes:
        new_files: Files whose bytes the target had not.
        new_bytes: Their bytes; those of the dump come on top.
        seconds: What each part of the work took.
        removed: Earlier backups that were more than are kept.
    """

    manifest: Manifest
    new_files: int
    new_bytes: int
    seconds: dict[str, float]
    removed: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing was missing that it should hold."""
        return not (self.manifest.missing or self.manifest.logins_without_password)


@dataclass(slots=True)
class _Work:
    settings: Settings
    target: Target
    name: str
    parts: dict[str, Part] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def keep(self, part: str, content: bytes) -> None:
        self.target.store.write(part_path(self.name, part), content)
        self.parts[part] = Part(
            sha256=hashlib.sha256(content).hexdigest(), size=len(content)
        )

    def keep_file(self, part: str, file: Path) -> None:
        self.target.store.write_file(part_path(self.name, part), file)
        with file.open("rb") as opened:
            sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        self.parts[part] = Part(sha256=sha256, size=file.stat().st_size)


def back_up(
    settings: Settings,
    location: Location | None = None,
    *,
    with_secrets: bool = False,
    report: Report = logger.info,
) -> Backup:
    """Back the installation up; the backup is there when its manifest is.

    Args:
        settings: The installation.
        location: Where to; ``BLOC_BACKUP_TARGET`` when left out.
        with_secrets: Whether ``secrets.json`` and Airflow's connections and variables
            go along. Whoever reads such a backup can log in everywhere.
        report: Called with what is being done.

    Raises:
        WrongRequestError: Nothing says where to.
        LockHeldError: Another backup of this warehouse is at work.
        StoreError: The target or a place of files does not do what it is asked.
        ProgramError: ``pg_dump`` is missing, too old, or failed.
    """
    location = location or settings.backup_target
    if location is None:
        raise WrongRequestError(
            "name a folder or s3://bucket/prefix to back up to, or set"
            " BLOC_BACKUP_TARGET"
        )
    with connect("ingest", settings=settings, autocommit=True) as alone:
        lock_for_session(alone, Lock.BACKUP)
        store = locations.backups(location, settings)
        store.clean()
        work = _Work(settings, Target(store), _new_name())
        for left in work.target.remains():  # by one that was killed
            store.delete(left)
        copied = Copied()
        manifest = _write(work, copied, with_secrets=with_secrets, report=report)
        with timed(work.seconds, "old backups", report):
            removed = retention.drop_old(work.target, settings.backup_keep)
    return Backup(manifest, copied.files, copied.size, work.seconds, removed)


def _write(
    work: _Work, copied: Copied, *, with_secrets: bool, report: Report
) -> Manifest:
    settings, before = work.settings, _manifest_before(work.target)
    with contents.moment(settings) as connection:
        with timed(work.seconds, "dump", report):
            _dump(work, connection)
        with timed(work.seconds, "rows", report):
            tables = contents.table_states(connection)
        logins = read_logins(connection)
        stores = places(settings)
        with timed(work.seconds, "archive", report):
            kept = {
                ARCHIVE: tuple(
                    copy_archive(connection, stores.pop(ARCHIVE), work.target, copied)
                )
            }
        shape = schema_version.read_shape(connection)
        release = contents.live_release(connection)
        server = contents.server_version(connection)
    with timed(work.seconds, "other files", report):
        for place, store in stores.items():
            known: tuple[KeptFile, ...] = before.files.get(place, ()) if before else ()
            kept[place] = tuple(copy_place(store, work.target, known, copied))
    work.keep(LOGIN_LIST, LOGINS.dump_json(logins, indent=2))
    if with_secrets:
        with timed(work.seconds, "secrets", report):
            work.keep(SECRETS, collect_secrets(settings))
    manifest = Manifest(
        name=work.name,
        made_at=datetime.now(UTC),
        package=version("bloc-warehouse"),
        revision=shape.revision if shape else "",
        server=server,
        release=release,
        tables=tables,
        parts=work.parts,
        files=kept,
        missing=tuple(copied.missing),
        logins_without_password=_without_password(logins),
    )
    content = manifest.model_dump_json(indent=1).encode()
    work.target.store.write(manifest_path(work.name), content)
    work.target.sizes[manifest_path(work.name)] = len(content)
    return manifest


def _dump(work: _Work, connection: Connection) -> None:
    """Write the schemas of the warehouse; what else is in the database is not ours."""
    with tempfile.TemporaryDirectory(prefix="bloc-backup-") as folder:
        file = Path(folder) / DUMP
        run_program(
            work.settings,
            "pg_dump",
            contents.server_version(connection),
            *("--format=custom", f"--file={file}"),
            f"--snapshot={contents.export_snapshot(connection)}",
            *(f"--schema={schema}" for schema in contents.SCHEMAS),
            f"--dbname={address_of(work.settings)}",
        )
        work.keep_file(DUMP, file)


def _manifest_before(target: Target) -> Manifest | None:
    if not target.backups():
        return None
    try:
        return target.read_manifest()
    except DamagedBackupError as error:
        logger.warning("%s", error)
        return None


def _without_password(logins: tuple[Login, ...]) -> tuple[str, ...]:
    return tuple(login.name for login in logins if login.verifier is None)


def _new_name() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
