"""What calamine hides in an xls (BIFF8): errors, percentages, hidden rows and columns.

Only the records that tell this are looked at; what is not sound is passed over, since
calamine judges the file as a whole.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from struct import Struct, unpack_from
from struct import error as struct_error

from bloc_warehouse.intake.limits import UnreadableFileError
from bloc_warehouse.intake.marks import SheetMarks
from bloc_warehouse.intake.xls_notes import NOTE_RECORDS, xls_notes

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_NAMES = {"Workbook", "Book"}
_SECTOR_OF_HEADER = 512
_ENTRY = 128
_SMALL_SECTOR = 64
_END = 0xFFFFFFFA  # sector numbers from here up end a chain
_MAX_SECTORS = 1_000_000
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_RECORD = Struct("<HH")
_CELL = Struct("<HHH")
_FORMULA, _BOOLERR, _NUMBER, _RK, _MULRK = 0x0006, 0x0205, 0x0203, 0x027E, 0x00BD
_ROW, _COLINFO, _BOUNDSHEET, _BOF = 0x0208, 0x007D, 0x0085, 0x0809
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x20, 0x01
_FORMAT, _XF, _FILEPASS = 0x041E, 0x00E0, 0x002F

Record = tuple[int, int, bytes]  # offset in the stream, type, data


def is_ole(content: bytes) -> bool:
    """Whether the bytes are those of an OLE container: xls, or an encrypted xlsx."""
    return content.startswith(OLE_MAGIC)


@dataclass(slots=True)
class _Globals:
    """What the workbook says before its sheets: names by offset, percent styles."""

    sheets: dict[int, str] = field(default_factory=dict)
    percents: set[int] = field(default_factory=set)
    percent_formats: set[int] = field(default_factory=lambda: {9, 10})
    style_count: int = 0


def xls_marks(content: bytes) -> dict[str, SheetMarks]:
    """Return sheet name → its marks.

    Raises:
        UnreadableFileError: F106, the workbook is protected by a password.
    """
    if _ENCRYPTED_PACKAGE in content:
        raise UnreadableFileError("F106")
    records = list(_records(_workbook_stream(content)))
    book = _Globals()
    for _, kind, data in records:
        if kind == _FILEPASS:
            raise UnreadableFileError("F106")
        with suppress(struct_error, IndexError):
            _note_global(book, kind, data)
    return _sheet_marks(records, book.sheets, book.percents)


def _note_global(book: _Globals, kind: int, data: bytes) -> None:
    if kind == _BOUNDSHEET:
        book.sheets[unpack_from("<I", data)[0]] = _short_text(data, 6)
    elif kind == _FORMAT and b"%" in data[4:]:
        book.percent_formats.add(unpack_from("<H", data)[0])
    elif kind == _XF:
        if unpack_from("<H", data, 2)[0] in book.percent_formats:
            book.percents.add(book.style_count)
        book.style_count += 1


def _sheet_marks(
    records: list[Record], sheets: dict[int, str], percents: set[int]
) -> dict[str, SheetMarks]:
    marks: dict[str, SheetMarks] = {}
    drawn: dict[str, list[tuple[int, bytes]]] = defaultdict(list)
    current: SheetMarks | None = None
    name = ""
    for offset, kind, data in records:
        if kind == _BOF and offset in sheets:
            name = sheets[offset]
            current = marks.setdefault(name, SheetMarks())
        elif current is not None and kind in NOTE_RECORDS:
            drawn[name].append((kind, data))
        elif current is not None:
            _note(current, kind, data, percents)
    for name, own in drawn.items():
        marks[name].notes.update(xls_notes(own))
    return marks


def _note(marks: SheetMarks, kind: int, data: bytes, percents: set[int]) -> None:
    note = _NOTES.get(kind)
    if note is not None:
        with suppress(struct_error):  # a record that is cut short says nothing
            note(marks, kind, data, percents)


def _note_row(marks: SheetMarks, _: int, data: bytes, __: set[int]) -> None:
    if unpack_from("<H", data, 12)[0] & _HIDDEN_ROW:
        marks.hidden_rows.add(unpack_from("<H", data)[0])


def _note_columns(marks: SheetMarks, _: int, data: bytes, __: set[int]) -> None:
    first, last, options = unpack_from("<HH4xH", data)
    if options & _HIDDEN_COLUMN:
        marks.hidden_columns.update(range(first, min(last, 255) + 1))


def _note_cell(marks: SheetMarks, kind: int, data: bytes, percents: set[int]) -> None:
    row, column, style = _CELL.unpack_from(data)
    error = _error(kind, data)
    if error is not None:
        marks.errors[row, column] = error
    elif style in percents:
        marks.percents.add((row, column))


def _note_cells(marks: SheetMarks, _: int, data: bytes, percents: set[int]) -> None:
    row, first = unpack_from("<HH", data)
    for number in range((len(data) - 6) // 6):
        if unpack_from("<H", data, 4 + number * 6)[0] in percents:
            marks.percents.add((row, first + number))


_NOTES = {
    _ROW: _note_row,
    _COLINFO: _note_columns,
    _FORMULA: _note_cell,
    _BOOLERR: _note_cell,
    _NUMBER: _note_cell,
    _RK: _note_cell,
    _MULRK: _note_cells,
}


def _error(kind: int, data: bytes) -> str | None:
    if kind == _BOOLERR and len(data) > 7 and data[7] == 1:
        return _ERRORS.get(data[6], "#ERROR")
    is_special = kind == _FORMULA and len(data) >= 14 and data[12:14] == b"\xff\xff"
    if is_special and data[6] == 2:
        return _ERRORS.get(data[8], "#ERROR")
    return None


def _short_text(data: bytes, at: int) -> str:
    length, is_wide = data[at], data[at + 1] & 1
    raw = data[at + 2 : at + 2 + length * (2 if is_wide else 1)]
    return raw.decode("utf-16-le" if is_wide else "latin-1", errors="replace")


def _records(stream: bytes) -> Iterator[Record]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = _RECORD.unpack_from(stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _workbook_stream(content: bytes) -> bytes:
    """Return the stream with the sheets; empty when the container is not sound."""
    if len(content) < _SECTOR_OF_HEADER:
        return b""
    size = 1 << min(unpack_from("<H", content, 30)[0], 16)
    if size < _SECTOR_OF_HEADER:
        return b""
    table = _allocation(content, size)
    first_entry, smallest = unpack_from("<I4xI", content, 48)
    directory = _chain(content[size:], first_entry, table, size)
    root = directory[:_ENTRY].ljust(_ENTRY, b"\0")
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        entry = directory[at : at + _ENTRY]
        name_bytes = max(unpack_from("<H", entry, 64)[0] - 2, 0)
        name = entry[: min(name_bytes, 64)].decode("utf-16-le", errors="replace")
        if name not in _WORKBOOK_NAMES:
            continue
        first, length = unpack_from("<II", entry, 116)
        if length >= smallest:
            return _chain(content[size:], first, table, size)[:length]
        # a small stream lies in sectors of 64 bytes inside the root's stream
        inside = _chain(content[size:], unpack_from("<I", root, 116)[0], table, size)
        raw = _chain(content[size:], unpack_from("<I", content, 60)[0], table, size)
        small_table = list(unpack_from(f"<{len(raw) // 4}I", raw))
        return _chain(inside, first, small_table, _SMALL_SECTOR)[:length]
    return b""


def _allocation(content: bytes, size: int) -> list[int]:
    sectors = list(unpack_from("<109I", content, 76))
    more = unpack_from("<I", content, 68)[0]
    for _ in range(_MAX_SECTORS // (size // 4)):
        block = _sector(content, more, size) if more < _END else b""
        if len(block) < size:
            break
        *listed, more = unpack_from(f"<{size // 4}I", block)
        sectors += listed
    table: list[int] = []
    for sector in sectors:
        block = _sector(content, sector, size) if sector < _END else b""
        if len(block) == size:
            table += unpack_from(f"<{size // 4}I", block)
    return table


def _chain(data: bytes, first: int, next_sector: list[int], size: int) -> bytes:
    blocks = []
    seen: set[int] = set()
    while first < len(next_sector) and first not in seen:
        seen.add(first)
        blocks.append(data[first * size : (first + 1) * size])
        first = next_sector[first]
    return b"".join(blocks)


def _sector(content: bytes, number: int, size: int) -> bytes:
    return content[(number + 1) * size : (number + 2) * size]
