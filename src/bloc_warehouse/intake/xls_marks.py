"""What calamine hides in an xls (BIFF8): errors, percentages, hidden rows and columns.

Only the records that tell this are looked at; what is not sound is passed over, since
calamine judges the file as a whole.
"""

from collections.abc import Iterator
from struct import Struct, unpack_from

from bloc_warehouse.intake.limits import UnreadableFileError
from bloc_warehouse.intake.marks import SheetMarks

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_NAMES = {"Workbook", "Book"}
_SECTOR_OF_HEADER = 512
_ENTRY = 128
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
_FORMAT, _XF, _FILEPASS = 0x041E, 0x00E0, 0x002F

Record = tuple[int, int, bytes]  # offset in the stream, type, data


def is_ole(content: bytes) -> bool:
    """Whether the bytes are those of an OLE container: xls, or an encrypted xlsx."""
    return content.startswith(OLE_MAGIC)


def xls_marks(content: bytes) -> dict[str, SheetMarks]:
    """Return sheet name → its marks.

    Raises:
        UnreadableFileError: F106, the workbook is protected by a password.
    """
    if _ENCRYPTED_PACKAGE in content:
        raise UnreadableFileError("F106")
    records = list(_records(_workbook_stream(content)))
    sheets: dict[int, str] = {}
    percent_formats = {9, 10}
    percents: set[int] = set()
    xf_count = 0
    for _, kind, data in records:
        if kind == _FILEPASS:
            raise UnreadableFileError("F106")
        if kind == _BOUNDSHEET and len(data) > 8:
            sheets[unpack_from("<I", data)[0]] = _short_text(data, 6)
        elif kind == _FORMAT and len(data) > 5 and b"%" in data[4:]:
            percent_formats.add(unpack_from("<H", data)[0])
        elif kind == _XF and len(data) > 4:
            if unpack_from("<H", data, 2)[0] in percent_formats:
                percents.add(xf_count)
            xf_count += 1
    return _sheet_marks(records, sheets, percents)


def _sheet_marks(
    records: list[Record], sheets: dict[int, str], percents: set[int]
) -> dict[str, SheetMarks]:
    marks: dict[str, SheetMarks] = {}
    current: SheetMarks | None = None
    for offset, kind, data in records:
        if kind == _BOF and offset in sheets:
            current = marks.setdefault(sheets[offset], SheetMarks())
        elif current is not None:
            _note(current, kind, data, percents)
    return marks


def _note(marks: SheetMarks, kind: int, data: bytes, percents: set[int]) -> None:
    if kind == _ROW and len(data) >= 16:
        if unpack_from("<H", data, 12)[0] & 0x20:
            marks.hidden_rows.add(unpack_from("<H", data)[0])
    elif kind == _COLINFO and len(data) >= 10:
        first, last, _, _, options = unpack_from("<5H", data)
        if options & 1:
            marks.hidden_columns.update(range(first, min(last, 255) + 1))
    elif kind in (_FORMULA, _BOOLERR, _NUMBER, _RK) and len(data) >= 8:
        row, column, style = _CELL.unpack_from(data)
        error = _error(kind, data)
        if error is not None:
            marks.errors[row, column] = error
        elif style in percents:
            marks.percents.add((row, column))
    elif kind == _MULRK and len(data) >= 6:
        row, first = unpack_from("<HH", data)
        for number in range((len(data) - 6) // 6):
            if unpack_from("<H", data, 4 + number * 6)[0] in percents:
                marks.percents.add((row, first + number))


def _error(kind: int, data: bytes) -> str | None:
    if kind == _BOOLERR and data[7] == 1:
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
    next_sector = _allocation(content, size)
    directory = _chain(content, unpack_from("<I", content, 48)[0], next_sector, size)
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        entry = directory[at : at + _ENTRY]
        name_bytes = max(unpack_from("<H", entry, 64)[0] - 2, 0)
        name = entry[: min(name_bytes, 64)].decode("utf-16-le", errors="replace")
        first, length = unpack_from("<II", entry, 116)
        if name in _WORKBOOK_NAMES and length >= unpack_from("<I", content, 56)[0]:
            return _chain(content, first, next_sector, size)[:length]
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


def _chain(content: bytes, first: int, next_sector: list[int], size: int) -> bytes:
    blocks = []
    seen: set[int] = set()
    while first < len(next_sector) and first not in seen:
        seen.add(first)
        blocks.append(_sector(content, first, size))
        first = next_sector[first]
    return b"".join(blocks)


def _sector(content: bytes, number: int, size: int) -> bytes:
    return content[(number + 1) * size : (number + 2) * size]
