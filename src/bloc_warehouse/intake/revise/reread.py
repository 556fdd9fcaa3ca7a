"""Reads archived files once more, with today's forms, aliases and units."""

import logging
from collections.abc import Sequence

from psycopg import Connection
from psycopg.rows import class_row

from bloc_warehouse.intake.faults.faults import FaultList
from bloc_warehouse.intake.files.archive import kept_bytes
from bloc_warehouse.intake.load.load import RegisteredFile
from bloc_warehouse.intake.parse.form_aliases import load_forms
from bloc_warehouse.intake.parse.parsed import ParseContext, ParsedFile
from bloc_warehouse.intake.parse.unit_directory import load_reference
from bloc_warehouse.intake.read.limits import Limits
from bloc_warehouse.intake.sandbox.client import parse_apart
from bloc_warehouse.log_lines import about
from bloc_warehouse.settings import LimitSettings, ProjectSettings, Settings
from bloc_warehouse.storage import locations
from bloc_warehouse.storage.base import Store
from bloc_warehouse.storage.names import dated_folder, day_of_folder

logger = logging.getLogger(__name__)


def parse_context(connection: Connection, settings: Settings) -> ParseContext:
    """Return what parsing needs beside the bytes."""
    return ParseContext(
        load_forms(connection), load_reference(connection), Limits.of(settings)
    )


def registered_files(
    connection: Connection, file_ids: Sequence[int]
) -> list[RegisteredFile]:
    """Return files as they were registered, oldest receipt first."""
    with connection.cursor(row_factory=class_row(RegisteredFile)) as cursor:
        return cursor.execute(
            "select file_id, sender, path, file_name, sha256, byte_size, archive_path,"
            " received_at, received_at_source, registered_at"
            " from raw.files where file_id = any(%s)"
            " order by received_at, written_at, file_id",
            [list(file_ids)],
        ).fetchall()


def reread(
    connection: Connection, settings: Settings, file_ids: Sequence[int]
) -> dict[int, ParsedFile]:
    """Return file_id → what the archived bytes hold; bytes that are gone are left out.

    What was too large to be read says so again.

    The transaction ends before parsing, which is slow.
    """
    context = parse_context(connection, settings)
    files = registered_files(connection, file_ids)
    connection.commit()
    archive = locations.archive(settings)
    parsed = {}
    for file in files:
        if file.sha256 is None:
            parsed[file.file_id] = too_large(file.byte_size, settings)
            continue
        with about(file=file.file_id):
            content = _bytes_of(file, archive)
            if content is not None:
                parsed[file.file_id] = parse_apart(
                    file.file_name, content, file.sender, context
                )
    for file in files:
        if file.file_id in parsed and not parsed[file.file_id].is_personal:
            _check_folder(file, parsed[file.file_id], settings)
    return parsed


def too_large(size: int, settings: LimitSettings) -> ParsedFile:
    """Return what is said of a file that is too large to be read."""
    faults = FaultList()
    limit = f"{settings.max_file_bytes:,} bytes"
    faults.add("F103", found=f"{size:,} bytes", expected=limit)
    return ParsedFile(faults=faults)


def unloadable(error: Exception) -> ParsedFile:
    """Return what is said of a file that could not be loaded for an error of ours."""
    faults = FaultList()
    faults.add("F111", found=type(error).__name__)
    return ParsedFile(faults=faults)


def _check_folder(
    file: RegisteredFile, parsed: ParsedFile, settings: ProjectSettings
) -> None:
    """Refuse a file whose dated folder cannot be its day of receipt.

    That day decides which version counts, so it is asked rather than guessed, unless a
    person has said when the file came.
    """
    folder = dated_folder(file.path)
    if folder is None or file.received_at_source == "operator":
        return
    day = day_of_folder(file.path)
    today = file.registered_at.astimezone(settings.zone).date()
    if day is None:
        parsed.faults.add("F115", found=folder, expected=today)
    elif day > today:
        parsed.faults.add("F114", found=folder, expected=today)


def _bytes_of(file: RegisteredFile, archive: Store) -> bytes | None:
    """Return a file's bytes; None when they are gone."""
    if file.archive_path is None:
        return None  # deleted on purpose
    content = kept_bytes(archive, file.archive_path)
    if content is None:
        logger.error("file %s: its bytes are not in the archive", file.file_id)
    return content
