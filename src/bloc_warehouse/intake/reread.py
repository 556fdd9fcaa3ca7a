"""Reads archived files once more, with today's forms, aliases and units."""

import logging
from collections.abc import Sequence
from pathlib import Path

from psycopg import Connection
from psycopg.rows import class_row

from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.archive import kept_path
from bloc_warehouse.intake.faults import FaultList
from bloc_warehouse.intake.limits import Limits
from bloc_warehouse.intake.load import RegisteredFile
from bloc_warehouse.intake.parse import ParseContext, ParsedFile
from bloc_warehouse.intake.parse_apart import parse_apart
from bloc_warehouse.intake.reference import load_reference
from bloc_warehouse.settings import Settings

logger = logging.getLogger(__name__)


def parse_context(connection: Connection, settings: Settings) -> ParseContext:
    """Return what parsing needs beside the bytes."""
    return ParseContext(
        load_registry(), load_reference(connection), Limits.of(settings)
    )


def registered_files(
    connection: Connection, file_ids: Sequence[int]
) -> list[RegisteredFile]:
    """Return files as they were registered, oldest receipt first."""
    with connection.cursor(row_factory=class_row(RegisteredFile)) as cursor:
        return cursor.execute(
            "select file_id, sender, file_name, archive_path, received_at"
            " from raw.files where file_id = any(%s)"
            " order by received_at, file_id",
            [list(file_ids)],
        ).fetchall()


def reread(
    connection: Connection, settings: Settings, file_ids: Sequence[int]
) -> dict[int, ParsedFile]:
    """Return file_id → what the archived bytes hold; bytes that are gone are left out.

    The transaction ends before parsing, which is slow.
    """
    context = parse_context(connection, settings)
    files = registered_files(connection, file_ids)
    connection.commit()
    parsed = {}
    for file in files:
        path = _bytes_of(file, settings.archive_dir)
        if path is not None:
            parsed[file.file_id] = parse_bytes(
                file.file_name, path, file.sender, settings, context
            )
    return parsed


def _bytes_of(file: RegisteredFile, archive: Path) -> Path | None:
    """Return where a file's bytes are; None when they are gone."""
    if file.archive_path is None:
        logger.info("file %s: its bytes were deleted", file.file_id)
        return None
    path = kept_path(archive, file.archive_path)
    if path.exists():
        return path
    logger.error("file %s: its bytes are not in the archive", file.file_id)
    return None


def parse_bytes(
    name: str, path: Path, sender: str | None, settings: Settings, context: ParseContext
) -> ParsedFile:
    """Parse a file unless it is too large."""
    size = path.stat().st_size
    if size > settings.max_file_bytes:
        faults = FaultList()
        limit = f"{settings.max_file_bytes:,} bytes"
        faults.add("F103", found=f"{size:,} bytes", expected=limit)
        return ParsedFile(faults=faults)
    return parse_apart(name, path.read_bytes(), sender, context)
