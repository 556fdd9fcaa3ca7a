"""Bytes → sheets. Knows file types, encodings and delimiters; nothing of forms."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeVar

from bloc_warehouse.intake.read import ods_sheets, xlsx_formats
from bloc_warehouse.intake.read.decode import decode
from bloc_warehouse.intake.read.formats import (
    SheetFormats,
    apply_formats,
    check_extent,
    trimmed,
)
from bloc_warehouse.intake.read.grid import Cell, Sheet
from bloc_warehouse.intake.read.legacy_fonts import (
    CONVERTERS,
    Legacy,
    converted,
    detect,
    is_suspect,
    legacy_of_font,
)
from bloc_warehouse.intake.read.limits import Limits, UnreadableFileError
from bloc_warehouse.intake.read.package_texts import OtherText, package_texts
from bloc_warehouse.intake.read.unzip import XML_ENDINGS, is_zip, unpack
from bloc_warehouse.intake.read.xls_formats import is_ole, sheet_formats, xls_texts

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

WORKBOOK_TYPES = (".xlsx", ".xlsm", ".xls", ".ods")
TEXT_TYPES = (".csv", ".tsv", ".txt")
READABLE_TYPES = WORKBOOK_TYPES + TEXT_TYPES

_DELIMITERS = (";", "\t", ",")
_SEPARATOR_LINE = re.compile(r"sep=(.?)", re.IGNORECASE)
_IN_QUOTES = re.compile(r'(?:^|(?<=[;,\t]))"(?:[^"]|"")*"', re.MULTILINE)
_TEXT_SHEET = "CSV"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file says.

    Attributes:
        sheets: Its sheets, or the one table of a text file.
        others: What is outside the cells: headers, drawings, properties.
    """

    sheets: list[Sheet]
    others: Sequence[OtherText] = ()


def read_sheets(
    name: str,
    content: bytes,
    limits: Limits,
    vocabulary: frozenset[str] = frozenset(),
) -> list[Sheet]:
    """Read every sheet of a workbook, or the one table of a text file.

    The arguments and errors are those of ``read_file``.
    """
    return read_file(name, content, limits, vocabulary).sheets


def read_file(
    name: str,
    content: bytes,
    limits: Limits,
    vocabulary: frozenset[str] = frozenset(),
) -> ReadFile:
    """Read the sheets of a file, and what it says beside their cells.

    Args:
        name: The file's name; its ending says the type, unless the bytes are plainly
            those of a workbook.
        content: The bytes as sent.
        limits: How large a file may be when unpacked.
        vocabulary: Vietnamese words to be expected; they tell old encodings apart.

    Raises:
        UnreadableFileError: The type is unknown, or the bytes are not of that type.
    """
    ending = PurePath(name).suffix.lower()
    if ending not in READABLE_TYPES:
        raise UnreadableFileError("F105", ending or name, ", ".join(READABLE_TYPES))
    if not content:
        raise UnreadableFileError("F102")
    if is_zip(content) or is_ole(content):
        return _workbook(content, limits, vocabulary)
    if ending in TEXT_TYPES:
        return ReadFile([_text_sheet(content, limits, vocabulary)])
    if content.lstrip()[:1] == b"<":
        # web pages that are called .xls open in Excel, but are no workbooks
        raise UnreadableFileError("F105", "HTML", ", ".join(READABLE_TYPES))
    raise UnreadableFileError("F101", ending)


def _text_sheet(content: bytes, limits: Limits, vocabulary: frozenset[str]) -> Sheet:
    text, legacy = decode(content, vocabulary)
    if "\0" in text:
        raise UnreadableFileError("F101", "NUL")
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(_lines(text), delimiter=_delimiter(text)):
            rows.append([cell.strip() or None for cell in row])
            check_extent(_TEXT_SHEET, len(rows), len(row), limits)
    except csv.Error as error:
        raise UnreadableFileError("F101", "CSV") from error
    return Sheet(_TEXT_SHEET, rows, legacy=legacy or "")


def _lines(text: str) -> Iterator[str]:
    lines = io.StringIO(text, newline="")
    first = next(lines, "")
    if not _SEPARATOR_LINE.match(first):
        yield first
    yield from lines


def _delimiter(text: str) -> str:
    """Return the delimiter: the first line's ``sep=``, or what makes most of a table.

    A table is lines of one width, so that a note counts for nothing, however many
    commas it has; separators in quotes, or before a blank as in prose, do not count.
    If no two lines are alike, the line with the most separators decides.
    """
    sample = text[:200_000]
    stated = _SEPARATOR_LINE.match(sample)
    if stated and stated[1] in _DELIMITERS:
        return stated[1]
    lines = _IN_QUOTES.sub("", sample).splitlines()
    counts = {
        mark: [line.count(mark) - line.count(f"{mark} ") for line in lines]
        for mark in _DELIMITERS
    }
    tables = {mark: _largest_table(counts[mark]) for mark in _DELIMITERS}
    if any(tables.values()):
        return max(_DELIMITERS, key=tables.__getitem__)
    return max(
        _DELIMITERS,
        key=lambda mark: max((line.count(mark) for line in lines), default=0),
    )


def _largest_table(separators: Sequence[int]) -> int:
    """Return how many separators the lines of the most frequent width have."""
    lines = Counter(separators)
    return max((each * lines[each] for each in lines if lines[each] > 1), default=0)


def _workbook(content: bytes, limits: Limits, vocabulary: frozenset[str]) -> ReadFile:
    if is_ole(content):
        sheets = _calamine_sheets(content, sheet_formats(content), limits, vocabulary)
        return ReadFile(sheets, tuple(xls_texts(content)))
    parts = unpack(content, limits.max_unpacked_bytes, _is_xml)
    if ods_sheets.CONTENT in parts:
        sheets = _ods_sheets(parts, limits, vocabulary)
    elif xlsx_formats.WORKBOOK in parts:
        formats = xlsx_formats.sheet_formats(parts, limits)
        sheets = _calamine_sheets(content, formats, limits, vocabulary)
    else:
        raise UnreadableFileError("F101", "zip")
    in_cells = {text.strip() for s in sheets for row in s.texts for _, text in row}
    return ReadFile(sheets, tuple(package_texts(parts, in_cells)))


def _is_xml(name: str) -> bool:
    return name.endswith(XML_ENDINGS)


def _ods_sheets(
    parts: Mapping[str, bytes], limits: Limits, vocabulary: frozenset[str]
) -> list[Sheet]:
    sheets = ods_sheets.ods_sheets(parts, limits)
    _check_number(len(sheets), limits)
    return [
        _sheet(
            sheet.name, sheet.rows, sheet.formats, vocabulary, is_hidden=sheet.is_hidden
        )
        for sheet in sheets
    ]


def _calamine_sheets(
    content: bytes,
    formats: Mapping[str, SheetFormats],
    limits: Limits,
    vocabulary: frozenset[str],
) -> list[Sheet]:
    workbook = _opened(content)
    metadata = workbook.sheets_metadata
    if is_ole(content) and len(metadata) == len(formats):
        # an old name may be in letters that are read in another way there
        names = [info.name for info in metadata]
        formats = dict(zip(names, formats.values(), strict=True))
    shown = [info for info in metadata if _is_worksheet(info)]
    _check_number(len(shown), limits)
    return [
        _sheet(
            info.name,
            _rows(workbook, info.name, limits),
            formats.get(info.name, SheetFormats()),
            vocabulary,
            is_hidden=not str(info.visible).endswith(".Visible"),
        )
        for info in shown
    ]


def _check_number(sheets: int, limits: Limits) -> None:
    if sheets > limits.max_sheets:
        raise UnreadableFileError("F109", f"{sheets} sheets", str(limits.max_sheets))


def _is_worksheet(metadata: object) -> bool:
    return str(getattr(metadata, "typ", "")).endswith(".WorkSheet")


def _opened(content: bytes) -> "CalamineWorkbook":
    from python_calamine import CalamineWorkbook

    return _guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(content)))


def _guarded(read: Callable[[], Result]) -> Result:
    """Call into calamine; whatever it does to a broken file is a coded fault."""
    from python_calamine import CalamineError, PasswordError

    try:
        return read()
    except PasswordError as error:
        raise UnreadableFileError("F106") from error
    except (CalamineError, ValueError, OSError, OverflowError) as error:
        raise UnreadableFileError("F101", type(error).__name__) from error
    except BaseException as error:
        # a panic in Rust comes as an exception that is not of Exception's family
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableFileError("F101", "panic") from error


def _rows(workbook: "CalamineWorkbook", name: str, limits: Limits) -> list[list[Cell]]:
    source = _guarded(lambda: workbook.get_sheet_by_name(name))
    check_extent(name, source.total_height, source.total_width, limits)
    return trimmed(_guarded(lambda: source.to_python(skip_empty_area=False)))


def _sheet(
    name: str,
    rows: list[list[Cell]],
    formats: SheetFormats,
    vocabulary: frozenset[str],
    *,
    is_hidden: bool,
) -> Sheet:
    legacy = _modernise(rows, formats, vocabulary)
    apply_formats(rows, formats)
    return Sheet(
        name=name,
        rows=rows,
        hidden_rows=frozenset(formats.hidden_rows),
        hidden_columns=frozenset(formats.hidden_columns),
        is_hidden=is_hidden,
        legacy=legacy or "",
        notes=formats.notes,
        unseen=formats.unseen,
        merged=formats.merged,
    )


def _modernise(
    rows: list[list[Cell]], formats: SheetFormats, vocabulary: frozenset[str]
) -> Legacy | None:
    """Bring texts of old fonts to Unicode, in place."""
    suspects = {
        (at, column): cell
        for at, row in enumerate(rows)
        for column, cell in enumerate(row)
        if isinstance(cell, str) and not cell.isascii() and is_suspect(cell)
    }
    if not suspects:
        return None
    guessed = detect(suspects.values(), vocabulary)
    used: Legacy | None = None
    for place, text in suspects.items():
        by_font = legacy_of_font(formats.fonts.get(place, ""))
        if by_font:
            modern = CONVERTERS[by_font](text)
        elif guessed:
            modern = converted(text, guessed, vocabulary)
        else:
            continue
        used = by_font or guessed
        rows[place[0]][place[1]] = modern
    return used
