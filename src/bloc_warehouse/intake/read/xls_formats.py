"""What calamine hides in an xls, BIFF5 to BIFF8: errors, formats, hidden, merged.

Only the records that tell this are looked at; what is not sound is passed over, since
calamine judges the file as a whole.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from struct import Struct, calcsize, pack, unpack, unpack_from
from struct import error as struct_error

from bloc_warehouse.intake.read.formats import Place, SheetFormats, note_number
from bloc_warehouse.intake.read.grid import CellError
from bloc_warehouse.intake.read.limits import UnreadableFileError
from bloc_warehouse.intake.read.number_formats import BUILT_IN
from bloc_warehouse.intake.read.package_texts import (
    DEFINED,
    DRAWING,
    HEADER,
    LINKS,
    PROPERTIES,
    VALIDATION,
    OtherText,
    texts_of_bytes,
)
from bloc_warehouse.intake.read.xls_notes import NOTE_RECORDS, xls_notes

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
# a file for old and new Excel has both; calamine takes the first
_WORKBOOK_NAMES = ("Workbook", "Book")
_PROPERTIES = ("\x05SummaryInformation", "\x05DocumentSummaryInformation")
_CONTINUE = 0x003C
# records that hold text beside the cells
_PLACES = {
    0x0014: HEADER, 0x0015: HEADER, 0x089C: HEADER, 0x01B6: DRAWING, 0x00EC: DRAWING,
    0x0018: DEFINED, 0x01BE: VALIDATION, 0x01B8: LINKS, 0x005C: PROPERTIES,
}  # fmt: skip
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
_HIDDEN_ROW, _HIDDEN_COLUMN, _HEIGHT = 0x20, 0x01, 0x7FFF
_FORMAT, _XF, _FILEPASS, _DATEMODE = 0x041E, 0x00E0, 0x002F, 0x0022
_MERGEDCELLS = 0x00E5
_BIFF8 = 0x0600

Record = tuple[int, int, bytes]  # offset in the stream, type, data


def is_ole(content: bytes) -> bool:
    """Whether the bytes are those of an OLE container: xls, or an encrypted xlsx."""
    return content.startswith(OLE_MAGIC)


@dataclass(slots=True)
class _Globals:
    """What the workbook says before its sheets.

    Attributes:
        sheets: Offset of the sheet's records → its name.
        formats: Number → format, of those that the workbook writes down.
        styles: The number of each cell style's format.
        is_wide: Whether texts may be of two bytes a letter (BIFF8).
        is_1904: Whether days are counted from 1904.
    """

    sheets: dict[int, str] = field(default_factory=dict)
    formats: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    is_wide: bool = True
    is_1904: bool = False

    def format_of(self, style: int) -> str | None:
        """Return a style's format; None if calamine sees a plain number too."""
        number = self.styles[style] if style < len(self.styles) else 0
        return self.formats.get(number, BUILT_IN.get(number))


def sheet_formats(content: bytes) -> dict[str, SheetFormats]:
    """Return sheet name → its formats, in the workbook's order.

    Raises:
        UnreadableFileError: F106, the workbook is protected by a password.
    """
    if _ENCRYPTED_PACKAGE in content:
        raise UnreadableFileError("F106")
    records = list(_records(_stream(content, _WORKBOOK_NAMES)))
    book = _Globals()
    for _, kind, data in records:
        if kind == _FILEPASS:
            raise UnreadableFileError("F106")
        with suppress(struct_error, IndexError):
            _note_global(book, kind, data)
    return _sheet_formats(records, book)


def xls_texts(content: bytes) -> Iterator[OtherText]:
    """Yield what an xls says beside its cells.

    Headers and footers, text boxes, defined names, lists to choose from, and the
    document's properties; notes at cells are in ``sheet_formats``.
    """
    kind_before = 0
    for _, kind, data in _records(_stream(content, _WORKBOOK_NAMES)):
        # the text of a box comes in records that go on with its own
        place = _PLACES.get(kind_before if kind == _CONTINUE else kind)
        if kind != _CONTINUE:
            kind_before = kind
        if place:
            yield from texts_of_bytes(data, place)
    for name in _PROPERTIES:
        yield from texts_of_bytes(_stream(content, (name,)), PROPERTIES)


def _note_global(book: _Globals, kind: int, data: bytes) -> None:
    if kind == _BOF and not book.sheets:
        book.is_wide = unpack_from("<H", data)[0] >= _BIFF8
    elif kind == _BOUNDSHEET:
        book.sheets[unpack_from("<I", data)[0]] = _text(data[6:], "<B", book.is_wide)
    elif kind == _FORMAT:
        length = "<H" if book.is_wide else "<B"
        code = _text(data[2:], length, book.is_wide)
        book.formats[unpack_from("<H", data)[0]] = code
    elif kind == _XF:
        book.styles.append(unpack_from("<H", data, 2)[0])
    elif kind == _DATEMODE:
        book.is_1904 = unpack_from("<H", data)[0] == 1


def _sheet_formats(records: list[Record], book: _Globals) -> dict[str, SheetFormats]:
    formats = {name: SheetFormats() for name in book.sheets.values()}
    drawn: dict[str, list[tuple[int, bytes]]] = defaultdict(list)
    name: str | None = None
    for offset, kind, data in records:
        if kind == _BOF and offset in book.sheets:
            name = book.sheets[offset]
        elif name is not None and kind in NOTE_RECORDS:
            drawn[name].append((kind, data))
        elif name is not None and kind in _NOTES:
            with suppress(struct_error):  # a record that is cut short says nothing
                _NOTES[kind](formats[name], kind, data, book)
    for name, own in drawn.items():
        formats[name].notes.update(xls_notes(own))
    return formats


def _note_row(formats: SheetFormats, _: int, data: bytes, __: _Globals) -> None:
    row, height, options = unpack_from("<H4xH4xH", data)
    if options & _HIDDEN_ROW or not height & _HEIGHT:
        formats.hidden_rows.add(row)


def _note_columns(formats: SheetFormats, _: int, data: bytes, __: _Globals) -> None:
    first, last, width, options = unpack_from("<HHH2xH", data)
    if options & _HIDDEN_COLUMN or not width:
        formats.hidden_columns.update(range(first, min(last, 255) + 1))


def _note_merged(formats: SheetFormats, _: int, data: bytes, __: _Globals) -> None:
    for number in range(unpack_from("<H", data)[0]):
        top, bottom, left, right = unpack_from("<4H", data, 2 + number * 8)
        formats.merged.append((top, left, bottom, right))


def _note_cell(formats: SheetFormats, kind: int, data: bytes, book: _Globals) -> None:
    row, column, style = _CELL.unpack_from(data)
    error = _error(kind, data)
    if error is not None:
        formats.shown[row, column] = CellError(error)
    elif (number := _number(kind, data)) is not None:
        _note_number(formats, (row, column), number, book, style)


def _note_cells(formats: SheetFormats, _: int, data: bytes, book: _Globals) -> None:
    row, first = unpack_from("<HH", data)
    for at in range((len(data) - 6) // 6):
        style, coded = unpack_from("<HI", data, 4 + at * 6)
        _note_number(formats, (row, first + at), _short_number(coded), book, style)


def _note_number(
    formats: SheetFormats, place: Place, number: float, book: _Globals, style: int
) -> None:
    code = book.format_of(style)
    if code is not None:
        note_number(formats, place, number, code, is_1904=book.is_1904)


def _number(kind: int, data: bytes) -> float | None:
    """Return a cell's number; None if it holds something else."""
    if kind == _RK:
        return _short_number(unpack_from("<I", data, 6)[0])
    is_special = kind == _FORMULA and data[12:14] == b"\xff\xff"
    if kind == _BOOLERR or is_special:
        return None
    return float(unpack_from("<d", data, 6)[0])


def _short_number(coded: int) -> float:
    """Return the number in four bytes: a whole one, or a float's half."""
    if coded & 2:
        number = float((coded >> 2) - (1 << 30 if coded & 1 << 31 else 0))
    else:
        number = float(unpack("<d", pack("<Q", (coded & ~3) << 32))[0])
    return number / 100 if coded & 1 else number


_NOTES = {
    _ROW: _note_row,
    _COLINFO: _note_columns,
    _MERGEDCELLS: _note_merged,
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


def _text(data: bytes, length_format: str, is_wide: bool) -> str:
    """Return a text that begins with its length; BIFF8 says next how wide it is."""
    length = int(unpack_from(length_format, data)[0])
    at = calcsize(length_format)
    if not is_wide:
        return data[at : at + length].decode("latin-1")
    if data[at] & 1:
        return data[at + 1 : at + 1 + length * 2].decode("utf-16-le", errors="replace")
    return data[at + 1 : at + 1 + length].decode("latin-1")


def _records(stream: bytes) -> Iterator[Record]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = _RECORD.unpack_from(stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _stream(content: bytes, names: Sequence[str]) -> bytes:
    """Return the first of these streams; empty when the container is not sound."""
    if len(content) < _SECTOR_OF_HEADER:
        return b""
    size = 1 << min(unpack_from("<H", content, 30)[0], 16)
    if size < _SECTOR_OF_HEADER:
        return b""
    table = _allocation(content, size)
    first_entry, smallest = unpack_from("<I4xI", content, 48)
    directory = _chain(content[size:], first_entry, table, size)
    root = directory[:_ENTRY].ljust(_ENTRY, b"\0")
    entry = _entry(directory, names)
    if entry is None:
        return b""
    first, length = unpack_from("<II", entry, 116)
    if length >= smallest:
        return _chain(content[size:], first, table, size)[:length]
    # a small stream lies in sectors of 64 bytes inside the root's stream
    inside = _chain(content[size:], unpack_from("<I", root, 116)[0], table, size)
    raw = _chain(content[size:], unpack_from("<I", content, 60)[0], table, size)
    small_table = list(unpack_from(f"<{len(raw) // 4}I", raw))
    return _chain(inside, first, small_table, _SMALL_SECTOR)[:length]


def _entry(directory: bytes, names: Sequence[str]) -> bytes | None:
    """Return a stream's entry in the directory; of two, the one named first."""
    entries: dict[str, bytes] = {}
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        entry = directory[at : at + _ENTRY]
        name_bytes = max(unpack_from("<H", entry, 64)[0] - 2, 0)
        name = entry[: min(name_bytes, 64)].decode("utf-16-le", errors="replace")
        entries.setdefault(name, entry)
    return next((entries[name] for name in names if name in entries), None)


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
