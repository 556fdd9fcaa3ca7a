"""Writes the two workbook types that no library of ours writes: xls and ods."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from struct import pack
from xml.sax.saxutils import quoteattr

SECTOR = 512
END_OF_CHAIN, FAT_SECTOR, FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
PERCENT_STYLE = 1  # the second cell style of the xls below shows percentages

Cells = Sequence[Sequence[object]]


class ErrorValue(str):
    """A cell that shows an error."""


class PercentValue(float):
    """A fraction that its cell shows as a percentage."""


def xls(
    sheets: Mapping[str, Cells],
    *,
    has_password: bool = False,
    hidden_rows: Sequence[int] = (),
    note: str = "",
) -> bytes:
    """A BIFF8 workbook with texts, numbers and #DIV/0! errors, and a note at B2."""
    head = [_record(0x0809, pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))]
    if has_password:
        head.append(_record(0x002F, b"\0" * 6))
    head.append(_record(0x0042, pack("<H", 1200)))
    head += [_record(0x00E0, pack("<HH", 0, form) + b"\0" * 16) for form in (0, 10)]
    end = _record(0x000A, b"")
    names = [_bound_sheet(0, name) for name in sheets]
    offset = sum(map(len, head)) + sum(map(len, names)) + len(end)
    bodies = []
    names = []
    for name, cells in sheets.items():
        names.append(_bound_sheet(offset, name))
        bodies.append(_xls_sheet(cells, hidden_rows, note))
        offset += len(bodies[-1])
    stream = b"".join([*head, *names, end, *bodies])
    return ole({"Workbook": stream})


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
    row_repeats: int = 1,
) -> bytes:
    """An OpenDocument sheet with texts, numbers, percentages and errors.

    ``row_repeats`` says how often the last row of each sheet stands there.
    """
    tables = "".join(
        _ods_table(name, cells, hidden_rows, row_repeats)
        for name, cells in sheets.items()
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text", "style")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}'
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:'
        'calcext:1.0"><office:body><office:spreadsheet>'
        f"{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = "<manifest:encryption-data/>" if has_password else "<manifest/>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return buffer.getvalue()


def _record(kind: int, data: bytes) -> bytes:
    return pack("<HH", kind, len(data)) + data


def _bound_sheet(offset: int, name: str) -> bytes:
    text = name.encode("utf-16-le")
    return _record(0x0085, pack("<IHBB", offset, 0, len(name), 1) + text)


def _xls_sheet(cells: Cells, hidden_rows: Sequence[int], note: str) -> bytes:
    width = max(map(len, cells))
    records = [
        _record(0x0809, pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0)),
        _record(0x0200, pack("<IIHHH", 0, len(cells), 0, width, 0)),
    ]
    for row in hidden_rows:
        options = 0x20 | 0x100
        records.append(
            _record(0x0208, pack("<HHHHHHHH", row, 0, width, 255, 0, 0, options, 0))
        )
    for row, values in enumerate(cells):
        for column, value in enumerate(values):
            records += _xls_cell(row, column, value)
    if note:
        records += _xls_note(note)
    return b"".join([*records, _record(0x000A, b"")])


def _xls_note(note: str) -> list[bytes]:
    """A note at B2, its text cut in two as long ones are."""
    half = len(note) // 2
    return [
        _record(0x005D, pack("<HHHHH", 0x15, 0x12, 0x19, 7, 0) + b"\0" * 12),
        _record(0x01B6, pack("<HH6xHHI", 0, 0, len(note), 16, 0)),
        _record(0x003C, b"\1" + note[:half].encode("utf-16-le")),
        _record(0x003C, b"\1" + note[half:].encode("utf-16-le")),
        _record(0x003C, b"\0" * 16),
        _record(0x001C, pack("<HHHH", 1, 1, 0, 7) + b"\1\0\0H"),
    ]


def _xls_cell(row: int, column: int, value: object) -> list[bytes]:
    place = pack("<HHH", row, column, 0)
    match value:
        case None:
            return []
        case ErrorValue():
            return [_record(0x0205, place + b"\x07\x01")]
        case PercentValue():
            place = pack("<HHH", row, column, PERCENT_STYLE)
            return [_record(0x0203, place + pack("<d", value))]
        case int() | float():
            return [_record(0x0203, place + pack("<d", float(value)))]
        case _:
            text = str(value)
            coded = pack("<HB", len(text), 1) + text.encode("utf-16-le")
            return [_record(0x0204, place + coded)]


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


def _ods_table(
    name: str, cells: Cells, hidden_rows: Sequence[int], row_repeats: int
) -> str:
    rows = []
    for number, values in enumerate(cells):
        hidden = ' table:visibility="collapse"' if number in hidden_rows else ""
        last = number == len(cells) - 1
        repeats = f' table:number-rows-repeated="{row_repeats}"' if last else ""
        inner = "".join(map(_ods_cell, values))
        rows.append(f"<table:table-row{hidden}{repeats}>{inner}</table:table-row>")
    # the blank rest of the sheet, as LibreOffice writes it
    rows.append(
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row>'
    )
    return f"<table:table table:name={quoteattr(name)}>{''.join(rows)}</table:table>"


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
