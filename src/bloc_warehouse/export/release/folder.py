"""Exports the whole live release: a folder of Parquet files, described beside them."""

import json
from dataclasses import dataclass
from pathlib import Path

from bloc_warehouse.export.catalogue import readable_tables
from bloc_warehouse.export.places import PACKAGE, new_folder
from bloc_warehouse.export.reading import ALL_BLOCS, Reading, reading
from bloc_warehouse.export.release.package import WrittenTable, licences, package
from bloc_warehouse.export.release.tables import require_parquet, write_table
from bloc_warehouse.settings import DatabaseSettings


@dataclass(frozen=True, slots=True)
class ExportedRelease:
    """What was written, and where."""

    folder: Path
    release: int
    tables: int
    rows: int


def export_release(
    settings: DatabaseSettings,
    target: Path,
    *,
    reader: str = ALL_BLOCS,
    release: int | None = None,
    licence: str = "",
    replace: bool = False,
) -> ExportedRelease:
    """Write all tables of the live release that a reader may read.

    Args:
        settings: The warehouse.
        target: The folder to make.
        reader: Whose rows; every bloc's unless given.
        release: The number that the live release must have.
        licence: Under which the data is handed on: an identifier, an address, or both.
        replace: Take the place of an earlier export.

    Raises:
        ExportError: The release is not there, the folder is, or the licence is none.
        NoParquetError: Parquet cannot be written here.
    """
    require_parquet()
    licences(licence)
    with new_folder(target, replace=replace) as folder:
        with reading(settings, reader, release) as opened:
            written = _write_tables(opened, folder)
            content = package(opened, written, licence)
        text = json.dumps(content, ensure_ascii=False, indent=2)
        (folder / PACKAGE).write_text(text + "\n", encoding="utf-8")
    rows = sum(one.row_count for one in written)
    return ExportedRelease(target, opened.release.number, len(written), rows)


def _write_tables(opened: Reading, folder: Path) -> list[WrittenTable]:
    written = []
    for table in readable_tables(opened.connection):
        path = folder / f"{table.name}.parquet"
        rows = write_table(opened.connection, table, path)
        written.append(WrittenTable(table, path, rows))
    return written
