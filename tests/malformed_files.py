"""Every kind of malformed file, made in code, with what must come back.

Each ``MalformedFile`` is one file from the unit LAN-001. ``errors`` and
``warnings`` are the fault codes in the answer, in their order; without errors, every
figure must have been understood as ``builders.membership_row`` with ``changes``.

``python -m tests.malformed_files`` prints the table as Markdown.
"""

import io
import re
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from struct import pack

import xlsxwriter
from openpyxl import Workbook
from openpyxl.styles import Font
from tests import builders
from tests.old_workbooks import (
    EmptyText,
    ErrorValue,
    Formatted,
    cp1258,
    ods,
    ole,
    xls,
)

from bloc_warehouse.forms.model import Column
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.parse.parsed import ParseContext, ParsedFile
from bloc_warehouse.intake.parse_file import parse_file
from bloc_warehouse.intake.read.grid import address
from bloc_warehouse.intake.read.legacy_fonts import CONVERTERS
from bloc_warehouse.intake.read.limits import Limits

Line = Sequence[object]
Changes = Mapping[str, object]

LIMITS = Limits(max_unpacked_bytes=20_000_000)


@dataclass(frozen=True)
class MalformedFile:
    """One kind: a file's name, how to make it, and what must come back."""

    kind: str
    name: str
    make: Callable[[], bytes]
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    cell: str = ""
    expected: str = ""
    changes: Changes = field(default_factory=dict)


def context() -> ParseContext:
    """Forms, the units of ``builders`` and small limits."""
    return ParseContext(load_registry(), builders.reference(), LIMITS)


def come_back(file: MalformedFile) -> ParsedFile:
    """Read the file as one from LAN-001."""
    return parse_file(file.name, file.make(), "LAN-001", context())


def malformed_table() -> str:
    """Return the table: kind, file, what came back."""
    lines = ["| # | kind of file | file | what came back |", "|---|---|---|---|"]
    for number, file in enumerate(MALFORMED_FILES, start=1):
        faults = come_back(file).faults.faults
        said = "; ".join(
            f"{fault.code}{f' {fault.cell}' if fault.cell else ''}"
            f"{' (warning)' if fault.severity == 'warning' else ''}: {fault.message_en}"
            for fault in faults[:2]
        )
        is_refused = any(fault.severity == "error" for fault in faults)
        answer = "rejected" if is_refused else "accepted"
        cells = (str(number), file.kind, file.name, f"{answer}. {said}".strip())
        lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "\n".join(lines)


# ---- pieces ------------------------------------------------------------------------

COLUMNS: tuple[Column, ...] = load_registry().form("membership").tables[0].columns
NAMES = tuple(column.name for column in COLUMNS)
HEADER: tuple[Line, ...] = (
    ("Mã biểu", "BDV"),
    ("Mã đơn vị", "LAN-001"),
    ("Kỳ báo cáo", "6 tháng đầu năm 2024"),
    ("Lần gửi", 1),
    (),
)
LABELS: Line = tuple(column.label_vi for column in COLUMNS)
SIGNATURE: tuple[Line, ...] = (
    (),
    (None, "Long An, ngày 5 tháng 7 năm 2024"),
    ("NGƯỜI LẬP BIỂU", None, None, "T/M CẤP ỦY"),
    ("Nguyễn Thị Mẫu", None, None, "Trần Văn Mẫu"),
)


def figures(**changes: object) -> list[object]:
    """The row of figures in the form's order."""
    row = builders.membership_row(**changes)
    return [row[name] for name in NAMES]


def lines(
    *rows: Line, labels: Line = LABELS, head: Sequence[Line] = HEADER
) -> list[Line]:
    """A sheet: header pairs, labels, rows."""
    return [*head, labels, *(rows or [figures()])]


def book(
    cells: Sequence[Line],
    title: str = "BDV",
    change: Callable[[Workbook], None] | None = None,
) -> bytes:
    """A workbook with one sheet, changed by ``change`` before it is saved."""
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = title
    for line in cells:
        sheet.append(list(line))
    if change:
        change(made)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def text_file(
    cells: Sequence[Line] | None = None, delimiter: str = ";", encoding: str = "utf-8"
) -> bytes:
    """The same as text."""
    return as_text(cells or lines(), delimiter).encode(encoding)


def as_text(cells: Sequence[Line], delimiter: str = ";") -> str:
    """Lines joined, blanks as nothing, cells with the delimiter in quotes."""
    return "\r\n".join(
        delimiter.join(_quoted("" if cell is None else str(cell), delimiter)
                       for cell in line)
        for line in cells
    )  # fmt: skip


def legacy(text: str, encoding: str) -> str:
    """Unicode text as a program shows it that does not know the old font."""
    back = _legacy_letters(encoding)
    composed = unicodedata.normalize("NFC", text)
    return "".join(back.get(char, char) for char in composed)


@cache
def _legacy_letters(encoding: str) -> dict[str, str]:
    convert = CONVERTERS[encoding]  # type: ignore[index]
    back: dict[str, str] = {}
    for first in map(chr, range(0x41, 0x100)):
        back.setdefault(convert(first), first)
        for mark in map(chr, range(0xC0, 0x100)):
            if len(convert(first + mark)) == 1:
                back.setdefault(convert(first + mark), first + mark)
    if encoding == "TCVN3":  # capitals with tones are small letters in another font
        back |= {
            char.upper(): old
            for char, old in list(back.items())
            if char.upper() not in back and len(char.upper()) == 1
        }
    return back


def legacy_lines(encoding: str) -> list[Line]:
    """The sheet with every text in an old encoding."""
    return [
        [legacy(cell, encoding) if isinstance(cell, str) else cell for cell in line]
        for line in lines()
    ]


def at(name: str) -> str:
    """The address of a field in the one row of ``lines``."""
    return address(len(HEADER) + 1, NAMES.index(name))


def one_cell(name: str, value: object) -> Callable[[], bytes]:
    """A workbook in which one figure is something else."""
    return lambda: book(lines(figures(**{name: value})))


def rezipped(content: bytes, changes: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """The same workbook with some parts rewritten."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, changes[name](data) if name in changes else data)
    return buffer.getvalue()


SHEET_PART = "xl/worksheets/sheet1.xml"


def ratings(*extra: Line, head: Sequence[Line] = ()) -> bytes:
    """The ratings form, its rows followed by ``extra``."""
    form = load_registry().form("ratings")
    subjects = {value.code: value.label_vi for value in form.tables[0].keys[0].values}
    rows = []
    for row in builders.ratings_rows():
        values = [row.get(column.name) for column in form.tables[0].columns]
        rows.append([subjects[str(values[0])], *values[1:]])
    labels = [column.label_vi for column in form.tables[0].columns]
    header = (("Mã biểu", "BXL"), ("Mã đơn vị", "LAN-001"), ("Kỳ báo cáo", "Năm 2024"))
    return book([*header, *head, labels, *rows, *extra], title="BXL")


def _quoted(text: str, delimiter: str) -> str:
    return f'"{text}"' if delimiter in text or "\n" in text else text


# ---- layouts -----------------------------------------------------------------------


def _three_levels() -> bytes:
    groups = [column.group_vi for column in COLUMNS]
    shorts = [column.short_vi for column in COLUMNS]
    top = ["Đảng viên của đơn vị", *([None] * (len(COLUMNS) - 1))]
    seen: set[str] = set()
    merged = [None if group in seen else (seen.add(group) or group) for group in groups]
    return book([*HEADER, top, merged, shorts, figures()])


def _moved_columns() -> bytes:
    order = list(range(0, len(COLUMNS), 2)) + list(range(1, len(COLUMNS), 2))
    values = figures()
    return book([*HEADER, [LABELS[at] for at in order], [values[at] for at in order]])


def _blank_columns() -> bytes:
    def spread(line: Line) -> list[object]:
        return [part for cell in line for part in (cell, None, None)]

    return book([*HEADER, spread(LABELS), spread(figures())])


def _second_sheet(*cells: Line, title: str = "Sheet2") -> Callable[[Workbook], None]:
    def change(made: Workbook) -> None:
        sheet = made.create_sheet(title)
        for line in cells:
            sheet.append(list(line))

    return change


def _hide(
    rows: Sequence[int] = (), columns: Sequence[str] = ()
) -> Callable[[Workbook], None]:
    def change(made: Workbook) -> None:
        for row in rows:
            made.worksheets[0].row_dimensions[row].hidden = True
        for column in columns:
            made.worksheets[0].column_dimensions[column].hidden = True

    return change


def _hidden_form(made: Workbook) -> None:
    made.create_sheet("Bìa", 0)["A1"] = "Bìa"
    made["BDV"].sheet_state = "hidden"


def _legacy_font(made: Workbook) -> None:
    for row in made.worksheets[0].iter_rows():
        for cell in row:
            cell.font = Font(name=".VnTime")


def _formatted(code: str) -> list[Line]:
    shown = [
        Formatted(float(cell), code, str(cell)) if isinstance(cell, int) else cell
        for cell in figures()
    ]
    return lines(shown)


def _percent() -> bytes:
    form = load_registry().form("admissions").tables[0]
    row = builders.admissions_row(pct_of_plan=0.7777)
    head = (("Mã biểu", "BKN"), *HEADER[1:])
    cells = [
        *head,
        [column.label_vi for column in form.columns],
        [row[column.name] for column in form.columns],
    ]

    def change(made: Workbook) -> None:
        position = [column.name for column in form.columns].index("pct_of_plan")
        made.worksheets[0].cell(7, position + 1).number_format = "0.00%"

    return book(cells, "BKN", change)


def _formula(cached: str | None) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        sheet = made.add_worksheet("BDV")
        for row, line in enumerate(lines()):
            for column, cell in enumerate(line):
                if cell is not None:
                    sheet.write(row, column, cell)
        target = NAMES.index("inc_total")
        sheet.write_formula(len(HEADER) + 1, target, "=C7+D7+E7", None, 5)
    content = buffer.getvalue()
    if cached is not None:
        return content
    drop = {SHEET_PART: lambda data: re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data)}
    return rezipped(content, drop)


def _page_break() -> bytes:
    tables = {
        table.name: table for table in load_registry().form("awards_training").tables
    }
    training = tables["training"]
    labels = [column.label_vi for column in training.columns]
    numbers = [f"({number})" for number in range(1, len(labels) + 1)]
    awards = [column.label_vi for column in tables["awards"].columns]
    return book(
        [
            ("Mã biểu", "BKB"), *HEADER[1:],
            [tables["awards"].title_vi], awards, (),
            [training.title_vi], labels, numbers,
            _training_row(training.columns, 0), labels, numbers,
            _training_row(training.columns, 1),
        ],
        "BKB",
    )  # fmt: skip


def _training_row(columns: Sequence[Column], number: int) -> list[object]:
    first = columns[0]
    label = first.values[number].label_vi if first.values else f"Lớp {number}"
    return [label, 1, 30, 20, 10]


# ---- hostile -----------------------------------------------------------------------


def _bomb() -> bytes:
    huge = {SHEET_PART: lambda data: data + b" " * 60_000_000}
    return rezipped(builders.workbook(), huge)


def _lying_bomb() -> bytes:
    """A part that says it unpacks to ten bytes, with a fitting checksum for them."""
    data = b"<worksheet" + b" " * 50_000_000
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    name = SHEET_PART.encode()
    sizes = pack("<III", zlib.crc32(data[:10]), len(packed), 10)
    local = b"PK\x03\x04" + pack("<HHHHH", 20, 0, 8, 0, 33) + sizes
    local += pack("<HH", len(name), 0) + name + packed
    central = b"PK\x01\x02" + pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
    central += pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def _entity_bomb() -> bytes:
    declared = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha">'
        b'<!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>'
    )
    return rezipped(
        builders.workbook(),
        {"xl/workbook.xml": lambda data: declared + data.partition(b"?>")[2]},
    )


def _strange_encoding() -> bytes:
    return rezipped(
        builders.workbook(),
        {"xl/workbook.xml": lambda data: data.replace(b"UTF-8", b"UTF-\xc3\xa1")},
    )


def _external_entity() -> bytes:
    declared = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    )
    return rezipped(
        builders.workbook(),
        {SHEET_PART: lambda data: declared + data.partition(b"?>")[2]},
    )


def _many_rows(count: int) -> bytes:
    row = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'
    data = b"".join(row % (number, number) for number in range(1, count + 1))
    return rezipped(
        builders.workbook(),
        {
            SHEET_PART: lambda _: (
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
                b'2006/main"><sheetData>' + data + b"</sheetData></worksheet>"
            )
        },
    )


def _corner(address: str) -> Callable[[], bytes]:
    return lambda: builders.with_cells(builders.workbook(), {address: "."})


def _flipped() -> bytes:
    content = bytearray(builders.workbook())
    content[content.rindex(b"PK\x01\x02") + 16] ^= 0xFF  # the last part's checksum
    return bytes(content)


def _twice_named() -> bytes:
    buffer = io.BytesIO(builders.workbook())
    with zipfile.ZipFile(buffer, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(SHEET_PART, "<worksheet/>")
    return buffer.getvalue()


def _annexed_names() -> bytes:
    names = ["Nguyễn Văn Mẫu", "Trần Thị Thử", "Lê Minh Ví", "Phạm Thu Dụ"]
    extra = [
        ("Danh sách kèm theo",),
        *((number, name) for number, name in enumerate(names)),
    ]
    return book([*lines(), *[()] * 3, *extra])


def _personal(*extra: Line) -> Callable[[], bytes]:
    return lambda: book([*lines(), (), *extra])


def _column(label: str, value: object) -> Callable[[], bytes]:
    return lambda: book(lines([*figures(), value], labels=[*LABELS, label]))


def _head(**changes: object) -> Sequence[Line]:
    names = {"code": 1, "period": 2, "number": 3}
    head = [list(line) for line in HEADER]
    for name, value in changes.items():
        head[names[name]][1] = value
    return head


def _named(name: str) -> Callable[[], bytes]:
    head = [("Mã biểu", "BDV"), ("Tên đơn vị", name), *HEADER[2:]]
    return lambda: book(lines(head=head))


def _as_of(value: object) -> Callable[[], bytes]:
    return lambda: book(lines(head=[*HEADER[:4], ("Số liệu tính đến", value), ()]))


def _period(text: object) -> Callable[[], bytes]:
    return lambda: book(lines(head=_head(period=text)))


UTF16 = "utf-16-le"
HTML = b"<html><body><table><tr><td>5</td></tr></table></body></html>"

MALFORMED_FILES: tuple[MalformedFile, ...] = (
    # ---- file types and encodings
    MalformedFile("xlsx as the template writes it", "a.xlsx", builders.workbook),
    MalformedFile("xlsm: values only, macros never run", "a.xlsm", builders.workbook),
    MalformedFile("xls (binary)", "a.xls", lambda: xls({"BDV": lines()})),
    MalformedFile("xls of Excel 95", "a.xls", lambda: xls({"BDV": lines()}, biff=5)),
    MalformedFile(
        "xls whose own formats have numbers of dates",
        "a.xls",
        lambda: xls({"BDV": _formatted('0 "đ/c"')}),
    ),
    MalformedFile(
        "xls with percentages that are none",
        "a.xls",
        lambda: xls({"BDV": _formatted('0"%"')}),
    ),
    MalformedFile(
        "xls of Excel 95 with an error",
        "a.xls",
        lambda: xls({"BDV": lines(figures(dec_other=ErrorValue("!")))}, biff=5),
        ("V306",),
        cell="dec_other",
    ),
    MalformedFile(
        "ods of gnumeric, white space between its cells",
        "a.ods",
        lambda: ods({"BDV": lines()}, like_gnumeric=True),
    ),
    MalformedFile(
        "ods with a formula that gives nothing",
        "a.ods",
        lambda: ods({"BDV": lines(figures(dec_other=EmptyText()))}),
        changes={"dec_other": None},
    ),
    MalformedFile(
        "ods with its blank million rows", "a.ods", lambda: ods({"BDV": lines()})
    ),
    MalformedFile(
        "csv, semicolons, UTF-8 with BOM",
        "a.csv",
        lambda: text_file(encoding="utf-8-sig"),
    ),
    MalformedFile(
        "csv, commas, quoted labels, UTF-8", "a.csv", lambda: text_file(delimiter=",")
    ),
    MalformedFile(
        "csv, commas and a blank after each",
        "a.csv",
        lambda: as_text(
            [
                [
                    cell.replace(",", "") if isinstance(cell, str) else cell
                    for cell in line
                ]
                for line in lines()
            ],
            ", ",
        ).encode(),
    ),
    *(
        MalformedFile(
            f"csv whose note has {what}",
            "a.csv",
            lambda mark=mark, note=note: text_file([*lines(), (), (note,)], mark),
        )
        for what, mark, note in (
            (
                "more commas than the header has semicolons",
                ";",
                f"Ghi chú: các chi bộ {', '.join(map(str, range(60)))} mới thành lập",
            ),
            (
                "such commas without blanks",
                ";",
                f"Ghi chú:{','.join(map(str, range(60)))}",
            ),
            (
                "more semicolons than the header has commas",
                ",",
                f"Ghi chú: {';'.join(map(str, range(60)))}",
            ),
            ("more commas than the header has tabs", "\t", f"Ghi chú: a{',' * 80}b"),
        )
    ),
    MalformedFile(
        "csv that begins with sep=;", "a.csv", lambda: b"sep=;\r\n" + text_file()
    ),
    MalformedFile("tsv", "a.tsv", lambda: text_file(delimiter="\t")),
    MalformedFile(
        "UTF-16 'Unicode text' with BOM",
        "a.txt",
        lambda: text_file(delimiter="\t", encoding="utf-16"),
    ),
    MalformedFile(
        "UTF-16 without BOM", "a.txt", lambda: text_file(delimiter="\t", encoding=UTF16)
    ),
    MalformedFile(
        "UTF-16 big-endian without BOM",
        "a.txt",
        lambda: text_file(delimiter="\t", encoding="utf-16-be"),
    ),
    MalformedFile(
        "windows-1258, tone marks combining", "a.csv", lambda: cp1258(as_text(lines()))
    ),
    MalformedFile(
        "TCVN3 (ABC) text file",
        "a.txt",
        lambda: as_text(legacy_lines("TCVN3"), "\t").encode("latin-1"),
        warnings=("F112",),
    ),
    MalformedFile(
        "VNI-Windows text file",
        "a.csv",
        lambda: as_text(legacy_lines("VNI")).encode("latin-1"),
        warnings=("F112",),
    ),
    MalformedFile(
        "TCVN3 letters saved as UTF-8",
        "a.csv",
        lambda: as_text(legacy_lines("TCVN3")).encode(),
        warnings=("F112",),
    ),
    MalformedFile(
        "TCVN3 cells, known by the font .VnTime",
        "a.xlsx",
        lambda: book(legacy_lines("TCVN3"), change=_legacy_font),
        warnings=("F112",),
    ),
    MalformedFile(
        "TCVN3 cells, known by their words",
        "a.xlsx",
        lambda: book(legacy_lines("TCVN3")),
        warnings=("F112",),
    ),
    MalformedFile(
        "VNI cells, known by their words",
        "a.xlsx",
        lambda: book(legacy_lines("VNI")),
        warnings=("F112",),
    ),
    MalformedFile(
        "decomposed (NFD) text",
        "a.csv",
        lambda: unicodedata.normalize("NFD", as_text(lines())).encode(),
    ),
    MalformedFile(
        "look-alikes of Đ, NBSP, oà for òa, quí for quý",
        "a.xlsx",
        lambda: book([[_dressed(cell) for cell in line] for line in lines()]),
    ),
    MalformedFile("a workbook that is called .csv", "a.csv", builders.workbook),
    # ---- layout
    MalformedFile(
        "title rows, group - short labels, total and signature",
        "a.xlsx",
        builders.messy_membership,
    ),
    MalformedFile("three-level header", "a.xlsx", _three_levels),
    MalformedFile("moved columns", "a.xlsx", _moved_columns),
    MalformedFile("several blank columns between", "a.xlsx", _blank_columns),
    MalformedFile(
        "number row A B 1 2 3",
        "a.xlsx",
        lambda: book(lines(list(range(1, len(NAMES) + 1)), figures())),
    ),
    MalformedFile(
        "labels repeated on a page break", "a.xlsx", _page_break, changes={"-": 0}
    ),
    MalformedFile(
        "signature block with names", "a.xlsx", lambda: book([*lines(), *SIGNATURE])
    ),
    MalformedFile(
        "signature block with a phone",
        "a.xlsx",
        lambda: book([*lines(), *SIGNATURE, ("ĐT: 0912 345 678",)]),
        ("P502",),
    ),
    MalformedFile(
        "extra sheet with figures",
        "a.xlsx",
        lambda: book(lines(), change=_second_sheet(("Nháp", 5))),
        warnings=("R219",),
    ),
    MalformedFile(
        "extra sheet without figures",
        "a.xlsx",
        lambda: book(lines(), change=_second_sheet(("Hướng dẫn",))),
    ),
    MalformedFile(
        "hidden row with figures",
        "a.xlsx",
        lambda: book(lines(), change=_hide(rows=[7])),
        warnings=("R218",),
    ),
    MalformedFile(
        "hidden column with figures",
        "a.xlsx",
        lambda: book(lines(), change=_hide(columns=["C"])),
        warnings=("R218",),
    ),
    MalformedFile(
        "hidden row in an xls",
        "a.xls",
        lambda: xls({"BDV": lines()}, hidden_rows=[6]),
        warnings=("R218",),
    ),
    MalformedFile(
        "figures that their format hides",
        "a.xls",
        lambda: xls({"BDV": _formatted(";;;")}),
        warnings=("R218",),
    ),
    MalformedFile(
        "hidden sheet that is a form",
        "a.xlsx",
        lambda: book(lines(), change=_hidden_form),
        warnings=("R220",),
    ),
    MalformedFile(
        "total line in the middle and at the end",
        "a.xlsx",
        lambda: ratings(("Tổng cộng", 67, 1, 0, 66, 11, 54, 1, 0)),
        changes={"-": 0},
    ),
    MalformedFile(
        "total line that is not the sum",
        "a.xlsx",
        lambda: ratings(("Tổng cộng", 99, 1, 0, 66, 11, 54, 1, 0)),
        warnings=("V320",),
        changes={"-": 0},
    ),
    MalformedFile(
        "missing column",
        "a.xlsx",
        lambda: book(lines(figures()[1:], labels=LABELS[1:])),
        ("R208",),
    ),
    MalformedFile("unknown column", "a.xlsx", _column("Ý kiến khác", 5), ("R209",)),
    MalformedFile(
        "the same column twice", "a.xlsx", _column(str(LABELS[0]), 60), ("R210",)
    ),
    MalformedFile(
        "no form at all",
        "a.xlsx",
        lambda: book([("Kính gửi", "Đảng ủy Khối")]),
        ("R201",),
    ),
    # ---- numbers
    MalformedFile(
        "4.851 as text",
        "a.xlsx",
        one_cell("closing_ethnic", "4.851"),
        changes={"closing_ethnic": 4851},
    ),
    MalformedFile(
        "4.851 made 4.851 by an English Excel",
        "a.xlsx",
        one_cell("closing_total", 4.851),
        ("V321",),
        cell="closing_total",
        expected="4.851",
    ),
    MalformedFile(
        "1,940: two readings",
        "a.xlsx",
        one_cell("closing_total", "1,940"),
        ("V318",),
        cell="closing_total",
        expected="1.940?",
    ),
    MalformedFile(
        "12.000,00",
        "a.xlsx",
        one_cell("closing_ethnic", "12.000,00"),
        changes={"closing_ethnic": 12000},
    ),
    MalformedFile(
        "spaces and NBSP in a number",
        "a.xlsx",
        one_cell("closing_ethnic", " 1\u00a0940 "),
        changes={"closing_ethnic": 1940},
    ),
    MalformedFile(
        "05", "a.xlsx", one_cell("sub_cells", "05"), changes={"sub_cells": 5}
    ),
    MalformedFile(
        "12 đồng chí",
        "a.xlsx",
        one_cell("closing_ethnic", "12 đồng chí"),
        changes={"closing_ethnic": 12},
    ),
    MalformedFile(
        "0 đ/c", "a.xlsx", one_cell("dec_died", "0 đ/c"), changes={"dec_died": 0}
    ),
    MalformedFile(
        "3 (nữ 1)",
        "a.xlsx",
        one_cell("inc_total", "3 (nữ 1)"),
        ("V301",),
        cell="inc_total",
    ),
    MalformedFile(
        "299/306",
        "a.xlsx",
        one_cell("inc_total", "299/306"),
        ("V316",),
        cell="inc_total",
        expected="299",
    ),
    MalformedFile(
        "2/3 turned into a date",
        "a.xlsx",
        one_cell("inc_total", date(2024, 3, 2)),
        ("V317",),
        cell="inc_total",
        expected="2/3?",
    ),
    MalformedFile(
        "- , – , không, Không có are zero",
        "a.xlsx",
        lambda: book(
            lines(
                figures(
                    inc_other="-",
                    inc_restored="–",
                    dec_other="không",
                    dec_resigned="Không có",
                )
            )
        ),
    ),
    MalformedFile(
        "blank stays blank",
        "a.xlsx",
        one_cell("dec_other", None),
        changes={"dec_other": None},
    ),
    MalformedFile(
        "x is not applicable",
        "a.xlsx",
        one_cell("closing_religious", "x"),
        changes={"closing_religious": None},
    ),
    MalformedFile(
        "blank in a required cell",
        "a.xlsx",
        one_cell("sub_cells", None),
        ("V304",),
        cell="sub_cells",
    ),
    MalformedFile("0.7777 shown as 77,77%", "a.xlsx", _percent, changes={"-": 0}),
    MalformedFile(
        "error cell in xlsx",
        "a.xlsx",
        lambda: builders.with_cells(book(lines()), {at("dec_other"): "#DIV/0!"}),
        ("V306",),
        cell="dec_other",
    ),
    MalformedFile(
        "error cell in xls",
        "a.xls",
        lambda: xls({"BDV": lines(figures(dec_other=ErrorValue("!")))}),
        ("V306",),
        cell="dec_other",
    ),
    MalformedFile(
        "error cell in ods",
        "a.ods",
        lambda: ods({"BDV": lines(figures(dec_other=ErrorValue("!")))}),
        ("V306",),
        cell="dec_other",
    ),
    MalformedFile("formula with its value", "a.xlsx", lambda: _formula("5")),
    MalformedFile(
        "formula without a value",
        "a.xlsx",
        lambda: _formula(None),
        ("V306",),
        cell="inc_total",
    ),
    MalformedFile(
        "negative count",
        "a.xlsx",
        one_cell("inc_total", -5),
        ("V303",),
        cell="inc_total",
    ),
    MalformedFile(
        "negative count in brackets",
        "a.xlsx",
        one_cell("inc_total", "(5)"),
        ("V303",),
        cell="inc_total",
    ),
    MalformedFile(
        "count beyond bigint",
        "a.xlsx",
        one_cell("inc_total", "9" * 40),
        ("V307",),
        cell="inc_total",
    ),
    MalformedFile(
        "true instead of a number",
        "a.xlsx",
        one_cell("inc_total", True),
        ("V301",),
        cell="inc_total",
    ),
    # ---- unit and period
    *(
        MalformedFile(f"unit as '{name}', code missing", "a.xlsx", _named(name))
        for name in (
            "Đảng uỷ Sở Y tế",
            "ĐB sở y tế",
            "ĐU Sở Y Tế tỉnh Long An",
            "Sở Y tế",
        )
    ),
    *(
        MalformedFile(
            f"unit as '{code}'",
            "a.xlsx",
            lambda code=code: book(lines(head=_head(code=code))),
        )
        for code in (
            "LAN 001",
            "LAN001",
            "LAN\u2011001",
            "LAN – 001",
            "lan-001",
            "LAN_001",
            "LAN\u00a0001",
            "ＬＡＮ－００１",
            "Lan.001",
        )
    ),
    *(
        MalformedFile(
            f"a code that is no unit's: '{code}'",
            "a.xlsx",
            lambda code=code: book(lines(head=_head(code=code))),
            ("R202",),
        )
        for code in ("LAN-1", "LAN-0001", "LAN-00l", "001")
    ),
    *(
        MalformedFile(
            f"the number as '{text}'",
            "a.xlsx",
            lambda text=text: book(lines(head=_head(number=text))),
        )
        for text in ("Lần 1", "LẦN 01", "lần thứ 1", "Lan 1", "1.", "Lần gửi thứ 1")
    ),
    *(
        MalformedFile(
            f"no number of a submission: '{text}'",
            "a.xlsx",
            lambda text=text: book(lines(head=_head(number=text))),
            ("R213",),
        )
        for text in ("-1", "0", "Lần 1 và 2", "1,5", "lần cuối")
    ),
    MalformedFile(
        "near miss of a unit's name",
        "a.xlsx",
        _named("Đảng bộ Sở Y tê-xã hội"),
        ("R202",),
        expected="LAN-001 Đảng bộ Sở Y tế?",
    ),
    MalformedFile(
        "cell where the unit is a committee",
        "a.xlsx",
        _named("Chi bộ Sở Y tế"),
        ("R202",),
    ),
    MalformedFile(
        "an alias that was no longer used",
        "a.xlsx",
        _named("Ban Dân y Long An"),
        ("R202",),
    ),
    MalformedFile(
        "a code and another unit's name",
        "a.xlsx",
        lambda: book(
            lines(head=[*HEADER[:2], ("Tên đơn vị", "Chi bộ Báo Long An"), *HEADER[2:]])
        ),
        warnings=("R221",),
    ),
    MalformedFile(
        "another unit's file",
        "a.xlsx",
        lambda: book(lines(head=_head(code="LAN-002"))),
        ("R203",),
    ),
    *(
        MalformedFile(f"period as '{text}'", "a.xlsx", _period(text))
        for text in ("6T/2024", "06 tháng đầu năm 2024", "6 THÁNG NĂM 2024", "2024-H1")
    ),
    MalformedFile(
        "inspections of a month",
        "a.xlsx",
        builders.monthly_inspections,
        changes={"-": 0},
    ),
    *(
        MalformedFile(
            f"members of a month as '{text}'",
            "a.xlsx",
            _period(text),
            ("R205",),
            expected="Quý I, 6 tháng đầu năm, 9 tháng, Năm, Quý II, Quý III, Quý IV",
        )
        for text in ("Tháng 6 năm 2024", "T6/2024", "06/2024")
    ),
    MalformedFile(
        "a month and what it ends",
        "a.xlsx",
        _period("tháng 6 và 6 tháng đầu năm 2024"),
        ("R204",),
    ),
    *(
        MalformedFile(
            f"'{text}' is none of the periods", "a.xlsx", _period(text), ("R204",)
        )
        for text in (
            "6 tháng cuối năm 2024",
            "Quý I+II/2024",
            "Quý V năm 2024",
            "nửa cuối năm 2024",
        )
    ),
    MalformedFile("a day as the period", "a.xlsx", _period("30/6/2024"), ("R204",)),
    MalformedFile(
        "period without a year", "a.xlsx", _period("6 tháng đầu năm"), ("R204",)
    ),
    MalformedFile(
        "two years in one period", "a.xlsx", _period("năm 2023-2024"), ("R204",)
    ),
    *(
        MalformedFile(f"date as {shown}", "a.xlsx", _as_of(value))
        for shown, value in (
            ("30/06/2024", "30/06/2024"),
            ("30.6.2024", "30.6.2024"),
            ("an Excel date", date(2024, 6, 30)),
            ("an Excel serial", 45473),
            ("ngày 30 tháng 6 năm 2024", "ngày 30 tháng 6 năm 2024"),
        )
    ),
    MalformedFile("month and day exchanged", "a.xlsx", _as_of("06/30/2024"), ("R212",)),
    MalformedFile(
        "date that does not exist", "a.xlsx", _as_of("31/02/2024"), ("R212",)
    ),
    MalformedFile("date far out of range", "a.xlsx", _as_of("30/06/9999"), ("R212",)),
    # ---- hostile and broken
    MalformedFile("empty file", "a.xlsx", lambda: b"", ("F102",)),
    MalformedFile("workbook without a value", "a.xlsx", lambda: book([()]), ("F102",)),
    MalformedFile("another type", "a.pdf", lambda: b"%PDF-1.7", ("F105",)),
    MalformedFile("web page called .xls", "a.xls", lambda: HTML, ("F105",)),
    MalformedFile(
        "truncated workbook", "a.xlsx", lambda: builders.workbook()[:3000], ("F101",)
    ),
    MalformedFile("a checksum that does not fit", "a.xlsx", _flipped, ("F101",)),
    MalformedFile(
        "bytes without sense", "a.xls", lambda: bytes(range(256)) * 20, ("F101",)
    ),
    MalformedFile(
        "encrypted xlsx (OLE)",
        "a.xlsx",
        lambda: ole({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}),
        ("F106",),
    ),
    MalformedFile(
        "xls with a password",
        "a.xls",
        lambda: xls({"BDV": lines()}, has_password=True),
        ("F106",),
    ),
    MalformedFile(
        "ods with a password",
        "a.ods",
        lambda: ods({"BDV": lines()}, has_password=True),
        ("F106",),
    ),
    MalformedFile("zip bomb", "a.xlsx", _bomb, ("F103",)),
    MalformedFile("zip bomb with a lying header", "a.xlsx", _lying_bomb, ("F103",)),
    MalformedFile("a part twice in the zip", "a.xlsx", _twice_named, ("F101",)),
    MalformedFile("XML entity bomb", "a.xlsx", _entity_bomb, ("F110",)),
    MalformedFile(
        "XML in an encoding that nobody knows", "a.xlsx", _strange_encoding, ("F101",)
    ),
    MalformedFile("external XML entity", "a.xlsx", _external_entity, ("F110",)),
    MalformedFile("30,000 rows", "a.xlsx", lambda: _many_rows(30_000), ("F109",)),
    MalformedFile(
        "a full stop in the last cell of the sheet",
        "a.xlsx",
        _corner("XFD1048576"),
        ("F109",),
    ),
    MalformedFile("16,384 columns", "a.xlsx", _corner("XFD1"), ("F109",)),
    MalformedFile(
        "a million rows in an ods by repetition",
        "a.ods",
        lambda: ods({"BDV": lines()}, row_repeats=1_000_000),
        ("F109",),
    ),
    MalformedFile(
        "a million rows of csv", "a.csv", lambda: b"1;2\r\n" * 1_000_000, ("F109",)
    ),
    MalformedFile(
        "16,384 columns of csv", "a.csv", lambda: b";".join([b"1"] * 16_384), ("F109",)
    ),
    MalformedFile(
        "NUL bytes in a csv", "a.csv", lambda: text_file() + b"\r\n\0\0", ("F101",)
    ),
    MalformedFile(
        "control characters in a cell",
        "a.csv",
        lambda: text_file(lines(figures(inc_total="a\x07\x1b[2J"))),
        ("V301",),
        cell="inc_total",
    ),
    MalformedFile(
        "formula injection",
        "a.csv",
        lambda: text_file(lines(figures(inc_total="=HYPERLINK(1)"))),
        ("V319",),
        cell="inc_total",
    ),
    MalformedFile(
        "CSV injection",
        "a.csv",
        lambda: text_file(lines(figures(inc_total="+cmd|' /C calc'!A0"))),
        ("V319",),
        cell="inc_total",
    ),
    # ---- personal data
    MalformedFile(
        "identity numbers below the table",
        "a.xlsx",
        _personal(("Ghi", "079099912345")),
        ("P501",),
    ),
    MalformedFile(
        "identity number as a number", "a.xlsx", _column("CMND", 271234567), ("P501",)
    ),
    MalformedFile(
        "telephone number", "a.xlsx", _personal(("Liên hệ", "0912.345.678")), ("P502",)
    ),
    MalformedFile(
        "bank account", "a.xlsx", _personal(("STK 0123 4567 8901 tại NH",)), ("P503",)
    ),
    MalformedFile(
        "e-mail address",
        "a.csv",
        lambda: text_file([*lines(), ("gửi về mau@example.vn",)]),
        ("P504",),
    ),
    MalformedFile("list of names in an annex", "a.xlsx", _annexed_names, ("P505",)),
    MalformedFile(
        "column Họ và tên", "a.xlsx", _column("Họ và tên", "Ví Văn Dụ"), ("P505",)
    ),
    MalformedFile(
        "names in another sheet",
        "a.xlsx",
        lambda: book(
            lines(),
            change=_second_sheet(
                *((name,) for name in ("Bùi Văn Thử", "Đỗ Thị Mẫu", "Hồ Văn Ví"))
            ),
        ),
        ("P505",),
    ),
    MalformedFile(
        "the preparer's line",
        "a.xlsx",
        _personal(("Người lập biểu: Nguyễn Văn Mẫu, ĐT 0912345678",)),
    ),
    MalformedFile(
        "counts that look like numbers of persons",
        "a.xlsx",
        one_cell("closing_ethnic", 271234567),
        changes={"closing_ethnic": 271234567},
    ),
)


def _dressed(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    return (
        cell.replace("Đ", "Ð").replace("đ", "ð").replace(" ", "\u00a0")
        .replace("Hóa", "Hoá").replace("ủy", "uỷ").upper()
    )  # fmt: skip


if __name__ == "__main__":
    print(malformed_table())  # noqa: T201  made to be printed
