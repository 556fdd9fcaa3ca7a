"""What a cell shows is what counts, alike in every type of workbook.

One table of number formats, and one sheet of errors, formulas, hidden and merged cells,
are written in every type and must be read alike.
"""

import io
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
import xlsxwriter
from tests.malformed_files import rezipped
from tests.old_workbooks import (
    OWN_FORMATS,
    Areas,
    Cells,
    EmptyText,
    ErrorValue,
    Formatted,
    ods,
    xls,
)

from bloc_warehouse.domain.vietnamese import normalise
from bloc_warehouse.intake.read.grid import Cell, CellError, PercentCell, Sheet
from bloc_warehouse.intake.read.limits import Limits
from bloc_warehouse.intake.read.number_formats import shown
from bloc_warehouse.intake.read.read import read_sheets

Write = Callable[..., bytes]


def xlsx(
    sheets: dict[str, Cells],
    *,
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
    hidden_sheets: Sequence[str] = (),
    merged: Areas = (),
    first_format: int = 164,
) -> bytes:
    """The same as ``xls`` and ``ods``, its own formats numbered as is asked."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        for name, cells in sheets.items():
            sheet = made.add_worksheet(name)
            for row, line in enumerate(cells):
                for column, cell in enumerate(line):
                    _write(made, sheet, row, column, cell)
            _dress(sheet, hidden_rows, hidden_columns)
            if name in hidden_sheets:
                sheet.hide()
            for area in merged:
                sheet.merge_range(*area, cells[area[0]][area[1]])

    def renumbered(match: re.Match[bytes]) -> bytes:
        return b'numFmtId="%d"' % (int(match[1]) - 164 + first_format)

    # xlsxwriter leaves out that an empty text is a text, which Excel writes
    empty = re.compile(rb'<c r="(\w+)"><f>T\(1\)</f><v></v>')
    return rezipped(buffer.getvalue(), {
        "xl/styles.xml": lambda data: re.sub(
            rb'numFmtId="(1[6-9]\d|2\d\d)"', renumbered, data),
        "xl/worksheets/sheet1.xml": lambda data: empty.sub(
            rb'<c r="\1" t="str"><f>T(1)</f><v></v>', data),
    })  # fmt: skip


def _dress(
    sheet: xlsxwriter.workbook.Worksheet, rows: Sequence[int], columns: Sequence[int]
) -> None:
    for row in rows:
        sheet.set_row(row, options={"hidden": True})
    for column in columns:
        sheet.set_column(column, column, options={"hidden": True})


def _write(
    made: xlsxwriter.Workbook,
    sheet: xlsxwriter.workbook.Worksheet,
    row: int,
    column: int,
    cell: object,
) -> None:
    match cell:
        case None:
            pass
        case ErrorValue():
            sheet.write_formula(row, column, "=1/0", None, "#DIV/0!")
        case EmptyText():
            sheet.write_formula(row, column, "=T(1)", None, "")
        case Formatted():
            shape = made.add_format({"num_format": cell.code})
            sheet.write_number(row, column, cell.value, shape)
        case _:
            sheet.write(row, column, cell)


TYPES: dict[str, Write] = {
    "xlsx": xlsx,
    "xlsx renumbered": partial(xlsx, first_format=OWN_FORMATS),
    "xls BIFF8": xls,
    "xls BIFF5": partial(xls, biff=5),
    "ods": ods,
    "ods of gnumeric": partial(ods, like_gnumeric=True),
}
every_type = pytest.mark.parametrize("write", TYPES.values(), ids=TYPES)


def read(content: bytes) -> Sheet:
    return read_sheets("a.xls", content, Limits())[0]


# of formats, whether 5, -5 and 0 are hidden
HIDDEN = (
    (True, True, True),
    (False, True, True),
    (False, False, True),
    (True, False, True),
    (True, True, True),
)
# format, then of each value: the number, the text that it shows, what it is in an ods
NUMBERS: dict[str, tuple[tuple[float, str], ...]] = {
    "0": ((77, "77"), (0.7777, "1"), (45473, "45473")),
    "#,##0": ((45473, "45,473"), (-3, "-3")),
    '0"%"': ((77, "77%"), (1, "1%"), (0, "0%")),
    "0\\%": ((77.77, "78%"), (1, "1%")),
    '"%" 0': ((77, "% 77"),),
    "0_%": ((77, "77"), (0.7777, "1")),
    "0.0_%;[Red]-0.0_%": ((77, "77.0"), (-77, "-77.0")),
    "0*%": ((77, "77%%%%"),),
    "[$%-409]0": ((77, "%77"),),
    'General" %"': ((0.7777, "0.7777 %"), (77, "77 %")),
    "[<=1]0%;0": ((77, "77"), (45473, "45473")),
    "[>1]0;0%": ((77, "77"),),
    "[<=1]0.0%;[>1]0\\%;General": ((77, "77%"),),
    "[Red][<1]0%;[Blue]0": ((77, "77"), (1, "1")),
    "0%;-0": ((-77, "-77"),),
    "0;-0;0%": ((77, "77"), (-2, "-2")),
    "0;0;0;@%": ((77, "77"),),
    '"năm" 0': ((77, "năm 77"), (45473, "năm 45473")),
    '"day" 0': ((77, "day 77"),),
    '0 "đ/c"': ((77, "77 đ/c"),),
    "0\\d": ((77, "77d"),),
    "0_d": ((77, "77"),),
    "0*y": ((77, "77yyyy"),),
    "[Red]0": ((77, "77"), (45473, "45473")),
    "[Green]0.0": ((77.5, "77.5"),),
    '[Green]0" yes";[Red]-0" no"': ((77, "77 yes"),),
    "[$VND] #,##0": ((45473, "VND 45,473"),),
    "_-* #,##0_-": ((45473, "45,473"),),
    "0.00E+00": ((45473, "4.55E+04"),),
    "# ?/?": ((0.5, "1/2"),),
    "@": ((45473, "45473"),),
}
PERCENTAGES: dict[str, tuple[tuple[float, str], ...]] = {
    "0%": ((0.7777, "78%"), (77, "7700%"), (1, "100%"), (-0.5, "-50%"), (0.004, "0%")),
    "0.00%": ((0.7777, "77.77%"), (45473, "4547300.00%")),
    "#,##0.0%": ((45.473, "4,547.3%"),),
    "[Red]0%": ((0.7777, "78%"),),
    '0 "%" %': ((0.7777, "78 % %"),),
    "0.0%;[Red]-0.0%": ((0.7777, "77.8%"), (-0.5, "-50.0%")),
    "[<=1]0%;0": ((0.7777, "78%"), (1, "100%")),
    "[>1]0;0%": ((0.7777, "78%"), (1, "100%")),
    "[<=1]0.0%;[>1]0\\%;General": ((0.7777, "77.8%"),),
    "[Red][<1]0%;[Blue]0": ((0.7777, "78%"),),
    "0%;-0": ((0.7777, "78%"), (77, "7700%")),
    "[<>0]0%;0": ((0.5, "50%"),),
    '"ngày "0%': ((0.5, "ngày 50%"),),
    "0_d%": ((0.5, "50%"),),
}
MOMENTS: dict[str, tuple[tuple[float, str, str], ...]] = {
    "dd/mm/yyyy": ((45473, "30/06/2024", "date"),),
    "d/m": ((45353, "2/3", "date"),),
    "mmm\\-yy": ((45473, "Jun-24", "date"),),
    "[$-42A]dd/mm/yyyy": ((45473, "30/06/2024", "date"),),
    '"ngày" d "tháng" m "năm" yyyy': ((45473, "ngày 30 tháng 6 năm 2024", "date"),),
    "[Red]d/m": ((45473, "30/6", "date"),),
    "yyyy": ((45473, "2024", "date"),),
    "h:mm": ((0.5, "12:00", "time"),),
    'h "giờ"': ((0.75, "18 giờ", "time"),),
    "h:mm AM/PM": ((0.75, "6:00 PM", "time"),),
}


def _kind(code: str) -> str:
    """What LibreOffice calls a percentage, where no section says otherwise."""
    return "float" if re.search(r"\[[<>]|;-?0$|;General$", code) else "percentage"


CELLS: list[tuple[Formatted, Cell]] = [
    *(
        (Formatted(value, code, text), value)
        for code, shows in NUMBERS.items()
        for value, text in shows
    ),
    *(
        (Formatted(value, code, text, _kind(code)), PercentCell(value))
        for code, shows in PERCENTAGES.items()
        for value, text in shows
    ),
]
DAYS = [
    Formatted(value, code, text, kind)
    for code, shows in MOMENTS.items()
    for value, text, kind in shows
]


@every_type
def test_a_number_is_what_its_cell_shows(write: Write) -> None:
    rows = read(write({"A": [[cell] for cell, _ in CELLS]})).rows
    found = {
        (cell.code, cell.value): row[0]
        for (cell, _), row in zip(CELLS, rows, strict=True)
    }
    assert found == {(cell.code, cell.value): expected for cell, expected in CELLS}


@every_type
def test_a_date_is_no_number(write: Write) -> None:
    rows = read(write({"A": [[cell] for cell in DAYS]})).rows
    for cell, row in zip(DAYS, rows, strict=True):
        if cell.kind == "date":
            assert row[0] == date(1899, 12, 30) + timedelta(days=cell.value), cell
        else:
            assert row[0] == time(int(cell.value * 24)), cell


@every_type
def test_errors_and_empty_formulas_are_alike(write: Write) -> None:
    cells = [[1, ErrorValue("#DIV/0!"), 2], [3, EmptyText(), 4], [EmptyText()], ["x"]]
    rows = read(write({"A": cells})).rows
    assert [list(row[:3]) for row in rows[:2]] == [
        [1, CellError("#DIV/0!"), 2],
        [3, None, 4],
    ]
    assert [[*filter(None, row)] for row in rows[2:]] == [[], ["x"]]


@every_type
def test_hidden_rows_and_columns_are_alike(write: Write) -> None:
    cells = [["a", "b", "c"], [1, 2, 3], [4, 5, 6]]
    sheet = read(write({"A": cells}, hidden_rows=[1], hidden_columns=[0, 2]))
    assert sheet.rows == cells
    assert sheet.hidden_rows == {1}
    assert sheet.hidden_columns == {0, 2}


@every_type
def test_hidden_sheets_are_alike(write: Write) -> None:
    sheets = {"A": [["a"]], "Biểu": [["b"]], "C": [["c"]]}
    content = write(sheets, hidden_sheets=["Biểu", "C"])
    found = [
        (normalise(read_sheet.name), read_sheet.is_hidden)
        for read_sheet in read_sheets("a.xls", content, Limits())
    ]
    assert found == [("A", False), ("Biểu", True), ("C", True)]


@every_type
def test_numbers_hidden_by_a_format_are_found_alike(write: Write) -> None:
    codes = (";;;", "0;;", "0;-0;;@", '"";-0', "[>100]0;;0")
    cells = [
        [Formatted(value, code, "" if is_hidden else str(value))]
        for code, hidden in zip(codes, HIDDEN, strict=True)
        for value, is_hidden in zip((5, -5, 0), hidden, strict=True)
    ]
    sheet = read(write({"A": cells}))
    assert [row[0] for row in sheet.rows] == [cell.value for (cell,) in cells]
    told = [is_hidden for hidden in HIDDEN for is_hidden in hidden]
    assert [(row, 0) in sheet.unseen for row in range(len(cells))] == [
        is_hidden and bool(cell.value)
        for is_hidden, (cell,) in zip(told, cells, strict=True)
    ]


MERGING = {name: write for name, write in TYPES.items() if "BIFF5" not in name}


@pytest.mark.parametrize("write", MERGING.values(), ids=MERGING)
def test_merged_cells_are_alike(write: Write) -> None:
    cells = [["a", "b", "c"], ["k", 2, 3], [None, 5, 6], [None, 8, 9]]
    sheet = read(write({"A": cells}, merged=[(1, 0, 3, 0)]))
    assert sheet.rows == cells
    assert list(sheet.merged) == [(1, 0, 3, 0)]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ('office:value-type="float" office:value="0"', "#DIV/0!"),  # Excel
        ('office:value-type="float" office:value="0"', "Err:502"),  # OpenOffice
        ('office:value-type="string" office:string-value="#N/A"', "#N/A"),  # gnumeric
    ],
)
def test_an_error_of_an_ods_is_one_whatever_its_type(error: str, text: str) -> None:
    cell = f'<table:table-cell table:formula="of:=1/0" {error}><text:p>{text}'
    content = ods({"A": [["mark"]]})
    marked = rezipped(content, {
        "content.xml": lambda data: re.sub(
            rb'<table:table-cell office:value-type="string"><text:p>mark',
            cell.encode(), data)
    })  # fmt: skip
    assert read(marked).rows == [[CellError(text)]]


def test_a_sheet_without_height_or_width_is_hidden() -> None:
    plain = xlsx({"A": [[1, 2], [3, 4]]})
    flat = rezipped(plain, {
        "xl/worksheets/sheet1.xml": lambda data: data
        .replace(b'<row r="2"', b'<row r="2" ht="0" customHeight="1"')
        .replace(b"<sheetData>", b'<cols><col min="2" max="2" width="0"/></cols>'
                                 b"<sheetData>")
    })  # fmt: skip
    sheet = read(flat)
    assert sheet.hidden_rows == {1}
    assert sheet.hidden_columns == {1}


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    cells = {"A": [[Formatted(44_011, "d/m", "30/6")]]}
    content = rezipped(xlsx(cells, first_format=OWN_FORMATS), {
        "xl/workbook.xml": lambda data: data.replace(
            b"<workbookPr ", b'<workbookPr date1904="1" ')
    })  # fmt: skip
    assert read(content).rows == [[date(2024, 6, 30)]]


def test_a_day_that_there_is_not_shows_crosses() -> None:
    assert shown(1e12, "d/m") == CellError("########")
    assert isinstance(shown(45473.25, "d/m h:mm"), datetime)
