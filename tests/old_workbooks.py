"""Writes the two workbook types that no library of ours writes: xls and ods."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from struct import pack
from xml.sax.saxutils import quoteattr

SECTOR = 512
END_OF_CHAIN, FAT_SECTOR, FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
OWN_FORMATS = 50
PERCENT_STYLE = 1  # the second cell style of the xls below shows percentages

Cells = Sequence[Sequence[object]]


class ErrorValue(str):
    """A cell that shows an error."""


class EmptyText(str):
    """A formula that gives an empty text."""


class PercentValue(float):
    """A fraction that its cell shows as a percentage."""


@dataclass(frozen=True)
class Formatted:
    """A number under a number format.

    ``text`` is what the cell shows, ``kind`` the type that LibreOffice gives it in an
    ods: a percentage, a date or time, otherwise a float.
    """

    value: float
    code: str
    text: str
    kind: str = "float"


Areas = Sequence[tuple[int, int, int, int]]  # first row and column, last ones


def xls(
    sheets: Mapping[str, Cells],
    *,
    has_password: bool = False,
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
    hidden_sheets: Sequence[str] = (),
    merged: Areas = (),
    note: str = "",
    biff: int = 8,
) -> bytes:
    """A workbook of Excel 97 (BIFF8) or 95 (BIFF5), in its texts windows-1258.

    It has texts, numbers and #DIV/0! errors, and a note at B2. Its own formats are
    numbered from 50, as gnumeric does, where Excel keeps dates of East Asia.
    """
    codes = list(dict.fromkeys(
        cell.code for cells in sheets.values() for line in cells for cell in line
        if isinstance(cell, Formatted)
    ))  # fmt: skip
    version = 0x0600 if biff == 8 else 0x0500
    head = [_record(0x0809, pack("<HHHHII", version, 5, 0, 0, 0, 0))]
    if has_password:
        head.append(_record(0x002F, b"\0" * 6))
    head.append(_record(0x0042, pack("<H", 1200 if biff == 8 else 1258)))
    for number, code in enumerate(codes, start=OWN_FORMATS):
        coded = _xls_text(code, biff, length="<H" if biff == 8 else "<B")
        head.append(_record(0x041E, pack("<H", number) + coded))
    formats = (0, 10, *range(OWN_FORMATS, OWN_FORMATS + len(codes)))
    rest = b"\0" * (16 if biff == 8 else 12)
    head += [_record(0x00E0, pack("<HH", 0, form) + rest) for form in formats]
    end = _record(0x000A, b"")
    names = [_bound_sheet(0, name, biff) for name in sheets]
    offset = sum(map(len, head)) + sum(map(len, names)) + len(end)
    bodies = []
    names = []
    around = _xls_around(hidden_rows, hidden_columns, merged)
    for name, cells in sheets.items():
        names.append(_bound_sheet(offset, name, biff, is_hidden=name in hidden_sheets))
        bodies.append(_xls_sheet(cells, codes, version, [*around, *_xls_note(note)]))
        offset += len(bodies[-1])
    stream = b"".join([*head, *names, end, *bodies])
    return ole({"Workbook" if biff == 8 else "Book": stream})


def ole(streams: Mapping[str, bytes]) -> bytes:
    """An OLE container; streams are padded so that each has sectors of its own."""
    fat: list[int] = [FAT_SECTOR, END_OF_CHAIN]
    entries = [_entry("Root Entry", 5, END_OF_CHAIN, 0, child=1)]
    data = b""
    for number, (name, content) in enumerate(streams.items(), start=1):
        padded = content.ljust(max(4096, -(-len(content) // SECTOR) * SECTOR), b"\0")
        count = len(padded) // SECTOR
        first = len(fat)
        right = number + 1 if number < len(streams) else FREE
        entries.append(_entry(name, 2, first, len(padded), right=right))
        fat += [*range(first + 1, first + count), END_OF_CHAIN]
        data += padded
    entries += [_entry("", 0, 0, 0)] * (4 - len(entries))
    fat += [FREE] * (SECTOR // 4 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END_OF_CHAIN, 0, END_OF_CHAIN, 0)
    header += pack("<I", 0) + pack("<I", FREE) * 108
    return header + pack(f"<{SECTOR // 4}I", *fat) + b"".join(entries) + data


def ods(
    sheets: Mapping[str, Cells],
    *,
    has_password: bool = False,
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
    hidden_sheets: Sequence[str] = (),
    merged: Areas = (),
    row_repeats: int = 1,
    like_gnumeric: bool = False,
) -> bytes:
    """An OpenDocument sheet with texts, numbers, percentages and errors.

    ``row_repeats`` says how often the last row of each sheet stands there. Gnumeric
    sets its elements on lines of their own, and calls percentages floats.
    """
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}"
        f' table:style-name="{"hidden" if name in hidden_sheets else "shown"}">'
        + _ods_columns(hidden_columns)
        + _ods_rows(cells, hidden_rows, merged, row_repeats)
        + "</table:table>"
        for name, cells in sheets.items()
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text", "style")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}'
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:'
        'calcext:1.0"><office:automatic-styles><style:style style:name="hidden"'
        ' style:family="table"><style:table-properties table:display="false"/>'
        "</style:style></office:automatic-styles><office:body><office:spreadsheet>"
        f"{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    if like_gnumeric:
        content = re.sub(r"(<table:|</table:)", r"\n  \1", content)
        content = content.replace('"percentage"', '"float"')
    manifest = "<manifest:encryption-data/>" if has_password else "<manifest/>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return buffer.getvalue()


def _record(kind: int, data: bytes) -> bytes:
    return pack("<HH", kind, len(data)) + data


def _xls_text(text: str, biff: int, length: str = "<H") -> bytes:
    if biff == 8:
        return pack(length, len(text)) + b"\1" + text.encode("utf-16-le")
    coded = cp1258(text)
    return pack(length, len(coded)) + coded


def cp1258(text: str) -> bytes:
    """Encode as Windows does: letters with their own marks, tones after them."""
    coded = bytearray()
    for char in unicodedata.normalize("NFC", text):
        try:
            coded += char.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            tones = [part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323"]
            base = "".join(part for part in parts if part not in tones)
            base = unicodedata.normalize("NFC", base)
            coded += (base + "".join(tones)).encode("cp1258")
    return bytes(coded)


def _bound_sheet(
    offset: int, name: str, biff: int, *, is_hidden: bool = False
) -> bytes:
    coded = _xls_text(name, biff, "<B")
    return _record(0x0085, pack("<IBB", offset, is_hidden, 0) + coded)


def _xls_around(
    hidden_rows: Sequence[int], hidden_columns: Sequence[int], merged: Areas
) -> list[bytes]:
    """What is beside the cells of a sheet."""
    records = []
    for row in hidden_rows:
        options = 0x20 | 0x100
        records.append(
            _record(0x0208, pack("<HHHHHHHH", row, 0, 9, 255, 0, 0, options, 0))
        )
    for column in hidden_columns:
        records.append(_record(0x007D, pack("<HHHHHH", column, column, 2560, 0, 1, 0)))
    if merged:
        areas = [pack("<4H", top, bottom, left, right)
                 for top, left, bottom, right in merged]  # fmt: skip
        records.append(_record(0x00E5, pack("<H", len(areas)) + b"".join(areas)))
    return records


def _xls_sheet(
    cells: Cells, codes: Sequence[str], version: int, around: Sequence[bytes]
) -> bytes:
    width = max(map(len, cells))
    biff = 8 if version == 0x0600 else 5
    extent = "<IIHHH" if biff == 8 else "<HHHHH"
    records = [
        _record(0x0809, pack("<HHHHII", version, 0x10, 0, 0, 0, 0)),
        _record(0x0200, pack(extent, 0, len(cells), 0, width, 0)),
    ]
    for row, values in enumerate(cells):
        for column, value in enumerate(values):
            records += _xls_cell(row, column, value, codes, biff)
    return b"".join([*records, *around, _record(0x000A, b"")])


def _xls_note(note: str) -> list[bytes]:
    """A note at B2, its text cut in two as long ones are; none without a text."""
    if not note:
        return []
    half = len(note) // 2
    return [
        _record(0x005D, pack("<HHHHH", 0x15, 0x12, 0x19, 7, 0) + b"\0" * 12),
        _record(0x01B6, pack("<HH6xHHI", 0, 0, len(note), 16, 0)),
        _record(0x003C, b"\1" + note[:half].encode("utf-16-le")),
        _record(0x003C, b"\1" + note[half:].encode("utf-16-le")),
        _record(0x003C, b"\0" * 16),
        _record(0x001C, pack("<HHHH", 1, 1, 0, 7) + b"\1\0\0H"),
    ]


def _xls_cell(
    row: int, column: int, value: object, codes: Sequence[str], biff: int
) -> list[bytes]:
    place = pack("<HHH", row, column, 0)
    match value:
        case None:
            return []
        case ErrorValue():
            return [_record(0x0205, place + b"\x07\x01")]
        case EmptyText():
            special = b"\x03\0\0\0\0\0\xff\xff"
            return [_record(0x0006, place + special + b"\0" * 6 + b"\3\0\x17\0\0")]
        case PercentValue():
            place = pack("<HHH", row, column, PERCENT_STYLE)
            return [_record(0x0203, place + pack("<d", value))]
        case Formatted():
            style = PERCENT_STYLE + 1 + codes.index(value.code)
            place = pack("<HHH", row, column, style)
            return [_record(0x0203, place + pack("<d", value.value))]
        case int() | float():
            return [_record(0x0203, place + pack("<d", float(value)))]
        case _:
            return [_record(0x0204, place + _xls_text(str(value), biff))]


def _entry(
    name: str, kind: int, first: int, size: int, *, child: int = FREE, right: int = FREE
) -> bytes:
    raw = name.encode("utf-16-le")
    length = len(raw) + 2 if name else 0
    return (
        raw.ljust(64, b"\0")
        + pack("<HBBIII", length, kind, 1, FREE, right, child)
        + b"\0" * 36
        + pack("<IQ", first, size)
    )


def _ods_columns(hidden: Sequence[int]) -> str:
    return "".join(
        "<table:table-column"
        + (' table:visibility="collapse"' if column in hidden else "")
        + "/>"
        for column in range(max(hidden, default=-1) + 1)
    )


def _ods_rows(
    cells: Cells, hidden_rows: Sequence[int], merged: Areas, row_repeats: int
) -> str:
    corners = {(top, left): area for area in merged for top, left, *_ in [area]}
    rows = []
    for number, values in enumerate(cells):
        hidden = ' table:visibility="collapse"' if number in hidden_rows else ""
        last = number == len(cells) - 1
        repeats = f' table:number-rows-repeated="{row_repeats}"' if last else ""
        inner = "".join(
            _ods_merged(_ods_cell(value), corners.get((number, column)))
            for column, value in enumerate(values)
        )
        rows.append(f"<table:table-row{hidden}{repeats}>{inner}</table:table-row>")
    # the blank rest of the sheet, as LibreOffice writes it
    rows.append(
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row>'
    )
    return "".join(rows)


def _ods_merged(cell: str, area: tuple[int, int, int, int] | None) -> str:
    if area is None:
        return cell
    top, left, bottom, right = area
    spans = (
        f' table:number-rows-spanned="{bottom - top + 1}"'
        f' table:number-columns-spanned="{right - left + 1}"'
    )
    return cell.replace("<table:table-cell", f"<table:table-cell{spans}", 1)


def _ods_cell(value: object) -> str:
    match value:
        case None:
            return "<table:table-cell/>"
        case ErrorValue():
            return (
                '<table:table-cell table:formula="of:=1/0" office:value-type="string"'
                ' calcext:value-type="error"><text:p>#DIV/0!</text:p>'
                "</table:table-cell>"
            )
        case EmptyText():
            return (
                '<table:table-cell table:formula="of:=T()"><text:p/></table:table-cell>'
            )
        case Formatted():
            return _ods_formatted(value)
        case PercentValue():
            return (
                '<table:table-cell office:value-type="percentage"'
                f' office:value="{float(value)}"><text:p>%</text:p></table:table-cell>'
            )
        case int() | float():
            return (
                f'<table:table-cell office:value-type="float" office:value="{value}">'
                f"<text:p>{value}</text:p></table:table-cell>"
            )
        case _:
            text = quoteattr(str(value))[1:-1]
            return (
                '<table:table-cell office:value-type="string">'
                f"<text:p>{text}</text:p></table:table-cell>"
            )


def _ods_formatted(cell: Formatted) -> str:
    value = f'office:value="{cell.value}"'
    if cell.kind == "date":
        day = date(1899, 12, 30) + timedelta(days=cell.value)
        value = f'office:date-value="{day.isoformat()}"'
    elif cell.kind == "time":
        seconds = round(cell.value * 86_400)
        hours, minutes = seconds // 3600, seconds // 60 % 60
        value = f'office:time-value="PT{hours:02d}H{minutes:02d}M{seconds % 60:02d}S"'
    return (
        f'<table:table-cell office:value-type="{cell.kind}" {value}>'
        f"<text:p>{quoteattr(cell.text)[1:-1]}</text:p></table:table-cell>"
    )
