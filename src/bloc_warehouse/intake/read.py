"""Bytes → sheets. Knows file types, encodings and delimiters; nothing of forms."""

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import PurePath

from bloc_warehouse.intake.grid import Cell, CellError, Sheet
from bloc_warehouse.intake.xlsx_marks import hidden_marks

WORKBOOK_TYPES = (".xlsx", ".xlsm", ".xls", ".ods")
TEXT_TYPES = (".csv", ".tsv", ".txt")
READABLE_TYPES = WORKBOOK_TYPES + TEXT_TYPES

_DELIMITERS = (";", "\t", ",")
_TEXT_SHEET = "CSV"


class UnreadableFileError(Exception):
    """A file that cannot be read; ``code`` is the fault's code.

    Attributes:
        code: F101, F102, F103 or F105.
        found: What was met, for the fault's text.
        expected: What is accepted.
    """

    def __init__(self, code: str, found: str = "", expected: str = "") -> None:
        super().__init__(f"{code}: {found}")
        self.code = code
        self.found = found
        self.expected = expected


def read_sheets(name: str, content: bytes, *, max_unpacked_bytes: int) -> list[Sheet]:
    """Read every sheet of a workbook, or the one table of a text file.

    Args:
        name: The file's name; its ending says the type.
        content: The bytes as sent.
        max_unpacked_bytes: Limit for a zipped workbook's parts together.

    Raises:
        UnreadableFileError: The type is unknown, or the bytes are not of that type.
    """
    ending = PurePath(name).suffix.lower()
    if not content:
        raise UnreadableFileError("F102")
    if ending in TEXT_TYPES:
        return [Sheet(_TEXT_SHEET, _text_rows(content))]
    if ending in WORKBOOK_TYPES:
        return _workbook_sheets(content, max_unpacked_bytes)
    raise UnreadableFileError("F105", ending or name, ", ".join(READABLE_TYPES))


def _text_rows(content: bytes) -> list[list[Cell]]:
    text = _decode(content)
    if "\0" in text:
        raise UnreadableFileError("F101", "NUL")
    delimiter = max(_DELIMITERS, key=text.count)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [[cell.strip() or None for cell in row] for row in rows]
    except csv.Error as error:
        raise UnreadableFileError("F101", str(error)) from error


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # the Windows code page of Vietnamese; tone marks come combining, fold() joins
        return content.decode("cp1258", errors="replace")


def _workbook_sheets(content: bytes, max_unpacked_bytes: int) -> list[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, ZipError

    _check_unpacked_size(content, max_unpacked_bytes)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        marks = hidden_marks(content)
        return [
            Sheet(name, _cells(workbook, name, marks.get(name, {})))
            for name in workbook.sheet_names
        ]
    except (CalamineError, ZipError, zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableFileError("F101", type(error).__name__) from error


def _check_unpacked_size(content: bytes, limit: int) -> None:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return  # the older binary format, or nothing that opens
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > limit:
        raise UnreadableFileError("F103", f"{unpacked:,} bytes", f"{limit:,} bytes")


def _cells(
    workbook: "object", name: str, marks: dict[tuple[int, int], str]
) -> list[Sequence[Cell]]:
    values = workbook.get_sheet_by_name(name).to_python(  # type: ignore[attr-defined]
        skip_empty_area=False
    )
    rows: list[list[Cell]] = [
        [None if value == "" else value for value in row] for row in values
    ]
    for (row, column), text in marks.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = CellError(text)
    return list(rows)
