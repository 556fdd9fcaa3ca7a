"""Makes an installation out of a backup, where there is none yet.

Files come first and the database last, in one transaction: whatever is interrupted can
be repeated, and an installation that has a database has all the rest.
"""

import hashlib
import logging
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from psycopg import Connection

from bloc_warehouse.backup import contents
from bloc_warehouse.backup.check import file_sha256, forgotten_since
from bloc_warehouse.backup.manifest import (
    DamagedBackupError,
    KeptFile,
    Manifest,
    TableState,
    Target,
    file_path,
    part_path,
)
from bloc_warehouse.backup.places import places
from bloc_warehouse.backup.programs import address_of, run_program
from bloc_warehouse.backup.readers import (
    LOGINS,
    Login,
    create_logins,
    refuse_foreign,
)
from bloc_warehouse.backup.save import DUMP, LOGIN_LIST, SECRETS
from bloc_warehouse.backup.secrets import put_airflow_back, put_own_secrets_back
from bloc_warehouse.backup.timing import Report, timed
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import (
    WarehouseUnavailableError,
    administrator_dsn,
    connect,
)
from bloc_warehouse.database.owner import can_log_in
from bloc_warehouse.database.prepare import prepare, prepare_empty
from bloc_warehouse.database.schema_version import newest_revision
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.errors import SetupError, WrongRequestError
from bloc_warehouse.setting_values import Location
from bloc_warehouse.settings import Settings
from bloc_warehouse.storage import locations
from bloc_warehouse.storage.base import Store

_SHOWN = 3
_SCHEMA = re.compile(r"\d+; \d+ \d+ SCHEMA - ")

logger = logging.getLogger(__name__)


class NotEmptyError(WrongRequestError):
    """There is an installation already; nothing of it was touched."""


class UnequalError(SetupError):
    """What was restored is not what was kept; the message names the tables."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a restore.

    Attributes:
        manifest: Of the backup.
        upgraded_to: The version of the schema, where the backup's was older.
        forgotten: Archived files that were deleted for good after the backup.
        readers: The logins that may read again with their old passwords.
        left_to_do: What a person has to do, a line each.
        seconds: What each part of the work took.
    """

    manifest: Manifest
    upgraded_to: str | None
    forgotten: int
    readers: tuple[str, ...]
    left_to_do: tuple[str, ...]
    seconds: dict[str, float]


@dataclass(slots=True)
class _Work:
    settings: Settings
    target: Target
    manifest: Manifest
    seconds: dict[str, float] = field(default_factory=dict)

    def part(self, name: str) -> bytes | None:
        part = self.manifest.parts.get(name)
        if part is None:
            return None
        content = self.target.store.read(part_path(self.manifest.name, name)) or b""
        self.require(hashlib.sha256(content).hexdigest() == part.sha256, name)
        return content

    def require(self, is_whole: bool, name: str) -> None:
        if not is_whole:
            raise DamagedBackupError(
                f"{name} of the backup {self.manifest.name} is missing or is not what"
                " was written; `bloc restore --check` says what else, and --backup"
                " takes an earlier one"
            )


def restore(
    settings: Settings,
    location: Location,
    backup: str | None = None,
    *,
    report: Report = logger.info,
) -> Restored:
    """Restore a backup into an installation that holds nothing yet.

    Args:
        settings: The installation; its places and database are empty, or hold what a
            restore of the same backup left when it was interrupted.
        location: Where the backup is.
        backup: Which one; the newest when left out.
        report: Called with what is being done.

    Raises:
        NotEmptyError: There is an installation already.
        WrongRequestError: There is no such backup, or it needs newer code.
        DamagedBackupError: A part of it is missing or another.
        UnequalError: The tables came out otherwise than they were.
        ForeignRoleError: The server has another warehouse's logins.
    """
    target = Target(locations.backups(location, settings))
    work = _Work(settings, target, target.read_manifest(backup))
    _refuse_newer(work.manifest)
    gone = forgotten_since(target, work.manifest)
    _require_whole(work, gone)
    _require_empty(work)
    secrets = work.part(SECRETS)
    if secrets:
        put_own_secrets_back(settings, secrets)
    with timed(work.seconds, "files", report):
        for place, store in places(settings).items():
            _restore_place(work, place, store, gone)
    logins = LOGINS.validate_json(work.part(LOGIN_LIST) or b"[]")
    with timed(work.seconds, "database", report):
        _restore_database(work, logins)
    with timed(work.seconds, "comparison", report):
        _compare(work)
    with timed(work.seconds, "preparation", report):
        forgotten_files = _forget(settings, gone)
        prepare(settings, anew=True)
        _analyze(settings)
    left = put_airflow_back(settings, secrets) if secrets else []
    newest, revision = newest_revision(), work.manifest.revision
    return Restored(
        work.manifest,
        newest if revision < newest else None,
        forgotten_files,
        tuple(login.name for login in logins if login.verifier),
        (*left, *_for_people(work.manifest, logins)),
        work.seconds,
    )


def _refuse_newer(manifest: Manifest) -> None:
    if manifest.revision > newest_revision():
        raise WrongRequestError(
            f"the backup {manifest.name} is of a warehouse of shape"
            f" {manifest.revision} and this code knows shapes up to"
            f" {newest_revision()} only: install the code that made it, or newer, or"
            " take an earlier backup (--backup)"
        )


def _require_whole(work: _Work, gone: frozenset[str]) -> None:
    """Look that all is there before anything is done."""
    absent = [
        f"{place}/{file.name}"
        for place, files in work.manifest.files.items()
        for file in files
        if file.sha256 not in gone and not work.target.has(file.sha256, file.size)
    ]
    if absent:
        raise DamagedBackupError(
            f"the backup {work.manifest.name} lacks {counted(len(absent), 'file')}:"
            f" {_some(absent)}; --backup takes an earlier one"
        )
    for name, part in work.manifest.parts.items():
        path = part_path(work.manifest.name, name)
        work.require(work.target.sizes.get(path) == part.size, name)


def _require_empty(work: _Work) -> None:
    """Refuse to touch an installation that is there, running or not.

    Raises:
        NotEmptyError: Something is there; the message says what, and the remedy.
    """
    settings = work.settings
    for place, store in places(settings).items():
        known = {file.name for file in work.manifest.files.get(place, ())}
        others = [file.name for file in store.files() if file.name not in known]
        if others:
            raise NotEmptyError(
                f"the {place} holds files that are not of this backup"
                f" ({_some(others)}): restore into an empty data folder"
                " (BLOC_DATA_DIR), or move that one away first"
            )
    if not settings.warehouse_url and not embedded.exists(settings.data_dir):
        return
    if administrator_dsn(settings) is None or can_log_in("owner", settings):
        with connect("owner", settings=settings) as connection:
            _require_no_tables(connection, is_embedded=not settings.warehouse_url)


def _require_no_tables(connection: Connection, *, is_embedded: bool) -> None:
    found = connection.execute(
        "select 1 from pg_class where relnamespace::regnamespace::text = any (%s)"
        " limit 1",
        [list(contents.SCHEMAS)],
    ).fetchall()
    if not found:
        return
    database = connection.info.dbname
    remedy = (
        "stop it (`make down`) and move its data folder away, or restore into another"
        " one (BLOC_DATA_DIR)"
        if is_embedded
        else "restore into a new database: stop what works with this one, then as"
        f" administrator `drop database {database}` once nobody needs it, and `create"
        f" database {database} owner {connection.info.user}`"
    )
    raise NotEmptyError(
        f"the database {database} is a warehouse already; nothing was changed: {remedy}"
    )


def _restore_place(work: _Work, place: str, store: Store, gone: frozenset[str]) -> None:
    there = {file.name: file.size for file in store.files()}
    for file in work.manifest.files.get(place, ()):
        if file.sha256 in gone or _is_there(store, file, there):
            continue
        content = work.target.store.read(file_path(file.sha256))
        is_whole = content is not None and _sha256(content) == file.sha256
        work.require(is_whole, f"{place}/{file.name}")
        store.write(file.name, content or b"")


def _is_there(store: Store, file: KeptFile, there: Mapping[str, int]) -> bool:
    """Tell whether a restore that was interrupted wrote the file already."""
    if there.get(file.name) != file.size:
        return False
    return _sha256(store.read(file.name) or b"") == file.sha256


def _restore_database(work: _Work, logins: tuple[Login, ...]) -> None:
    """Create the database with its roles, then fill it in one transaction."""
    settings, manifest = work.settings, work.manifest
    prepare_empty(settings)
    with connect("owner", settings=settings) as connection:
        server = contents.server_version(connection)
        if server < manifest.server:
            raise WarehouseUnavailableError(
                f"the backup is of PostgreSQL {manifest.server} and this server is"
                f" {server}: restore into one that is no older"
            )
        refuse_foreign(connection, logins)
        create_logins(connection, logins)
    with tempfile.TemporaryDirectory(prefix="bloc-restore-") as folder:
        file = Path(folder) / DUMP
        is_there = work.target.store.read_file(part_path(manifest.name, DUMP), file)
        is_whole = is_there and file_sha256(file) == manifest.parts[DUMP].sha256
        work.require(is_whole, DUMP)
        program = partial(
            run_program, settings, "pg_restore", manifest.server, role="owner"
        )
        wanted = Path(folder) / "wanted"
        listed = program("--list", file).splitlines(keepends=True)
        # the schemas are there: who is to own a table needs rights in its schema first
        wanted.write_text("".join(line for line in listed if not _SCHEMA.match(line)))
        program(
            *("--single-transaction", "--exit-on-error", f"--use-list={wanted}"),
            f"--dbname={address_of(settings, 'owner')}",
            file,
        )


def _compare(work: _Work) -> None:
    """See to it that each table holds what it held.

    Raises:
        UnequalError: One does not.
    """
    with contents.moment(work.settings, "owner") as connection:
        found = contents.table_states(connection)
    wrong = _unequal(work.manifest.tables, found)
    if wrong:
        raise UnequalError(
            f"the backup {work.manifest.name} was restored, but"
            f" {counted(len(wrong), 'table')} came out otherwise: {_some(wrong)}. Do"
            " not use it: take an earlier backup (--backup) into another database"
        )


def _unequal(
    kept: Mapping[str, TableState], found: Mapping[str, TableState]
) -> list[str]:
    tables = kept.keys() | found.keys()
    return sorted(table for table in tables if kept.get(table) != found.get(table))


def _forget(settings: Settings, gone: frozenset[str]) -> int:
    """Note of files whose bytes were deleted for good that there are none."""
    with connect("owner", settings=settings) as connection:
        return connection.execute(
            "update raw.files set archive_path = null"
            " where archive_path is not null and sha256 = any (%s)",
            [sorted(gone)],
        ).rowcount


def _analyze(settings: Settings) -> None:
    """Let the server learn what the tables hold, which no dump of an old one says."""
    with connect("ingest", autocommit=True, settings=settings) as connection:
        connection.execute("analyze")
    with connect("transform", autocommit=True, settings=settings) as connection:
        connection.execute("analyze")


def _for_people(manifest: Manifest, logins: tuple[Login, ...]) -> Iterator[str]:
    for login in logins:
        if login.verifier is None:
            yield (
                f"{login.name} has no password: the owner could not read it. Set one as"
                f" administrator: \\password {login.name}"
            )
    if SECRETS not in manifest.parts:
        yield (
            "the backup holds no secrets: the passwords of bi_reader and of Airflow are"
            " new, or those of the settings; enter Airflow's connections again"
        )
    if manifest.missing:
        yield (
            f"the archive lacked the bytes of {counted(len(manifest.missing), 'file')}"
            f" already when the backup was made: {_some(manifest.missing)}"
        )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _some(names: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
