"""Describes an exported release as a Frictionless data package.

Titles are Vietnamese and descriptions English, as in the columns' comments.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bloc_warehouse.export.catalogue import Column, ForeignKey, Table, title_and_text
from bloc_warehouse.export.reading import ALL_BLOCS, ExportError, Reading
from bloc_warehouse.export.release.column_types import LIST_DELIMITER, column_type

# null is read from Parquet as one of these by whoever goes through pandas
_MISSING = ["", "nan", "NaT"]
_ADDRESS = re.compile(r"https?://\S+")
_LICENCE_NAME = re.compile(r"[A-Za-z0-9._-]+")

Descriptor = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table and the file that holds it."""

    table: Table
    path: Path
    row_count: int


def package(
    reading: Reading, written: Sequence[WrittenTable], licence: str
) -> Descriptor:
    """Return the content of ``datapackage.json``, whose folder holds the files.

    Args:
        reading: What was read.
        written: The tables.
        licence: See ``licences``.
    """
    release = reading.release
    rows = (
        "The rows of all blocs"
        if reading.reader == ALL_BLOCS
        else f"The rows that the login {reading.reader} may read"
    )
    return {
        "name": f"bloc-warehouse-release-{release.number}",
        "title": f"Số liệu Đảng bộ Khối, lần phát hành {release.number}",
        "description": f"{rows}, as readers saw them in {release.shown.describe()}. "
        "Titles are in Vietnamese, descriptions in English.",
        "languages": ["vi", "en"],
        "version": str(release.number),
        "created": _moment(release.shown_from),
        **licences(licence),
        "release": {
            "number": release.number,
            "built_at": _moment(release.built_at),
            "published_at": _moment(release.published_at),
            "shown_from": _moment(release.shown_from),
            "reader": reading.reader,
        },
        "resources": [_resource(one) for one in written],
    }


def licences(licence: str) -> Descriptor:
    """Return the property ``licenses``, or nothing where no licence is given.

    Args:
        licence: An identifier such as ``CC-BY-4.0``, the address of a text, or both,
            the identifier first.

    Raises:
        ExportError: It is neither.
    """
    if not licence.strip():
        return {}
    found = {}
    for word in licence.split():
        if _ADDRESS.fullmatch(word):
            found["path"] = word
        elif _LICENCE_NAME.fullmatch(word) and not found:
            found["name"] = word
        else:
            raise ExportError(
                f"{licence!r} names no licence: write an identifier such as CC-BY-4.0,"
                " the address of its text, or both"
            )
    return {"licenses": [found]}


def _resource(written: WrittenTable) -> Descriptor:
    title, text = title_and_text(written.table.comment)
    with written.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": written.table.name,
        "type": "table",
        "title": title,
        "description": text,
        "path": written.path.name,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        # not "bytes": frictionless counts none of a Parquet file's, and then complains
        "byteSize": written.path.stat().st_size,
        "hash": f"sha256:{digest}",
        "rows": written.row_count,
        "schema": _schema(written.table),
    }


def _schema(table: Table) -> Descriptor:
    schema: Descriptor = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": _MISSING,
    }
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    if table.foreign_keys:
        schema["foreignKeys"] = [_reference(key, table) for key in table.foreign_keys]
    return schema


def _field(column: Column) -> Descriptor:
    title, text = title_and_text(column.comment)
    field: Descriptor = {"name": column.name, "type": column_type(column.type).field}
    if field["type"] == "list":
        field["delimiter"] = LIST_DELIMITER
    elif column.is_required:  # an empty list is a blank
        field["constraints"] = {"required": True}
    if title:
        field |= {"title": title, "description": text}
    return field


def _reference(key: ForeignKey, table: Table) -> Descriptor:
    return {
        "fields": list(key.columns),
        "reference": {
            "resource": "" if key.target == table.name else key.target,
            "fields": list(key.target_columns),
        },
    }


def _moment(moment: Any) -> str:  # noqa: ANN401
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
