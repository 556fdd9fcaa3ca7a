"""A copy of a file's values in the layout read, where its formats cannot be kept."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bloc_warehouse.intake.read.grid import Cell, CellError, PercentCell, Sheet, text_of

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_WIDEST, _NARROWEST = 40, 9
_CELLS_OF_A_TABLE = 5
_LINE, _MOST_LINES = 14, 6


def copy_values(sheets: Sequence[Sheet]) -> tuple["Workbook", Mapping[str, str]]:
    """Write sheets as a workbook; addresses stay.

    Returns:
        The workbook, and each sheet's name → its name there.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    names = {}
    for number, sheet in enumerate(sheets, start=1):
        title = _FORBIDDEN.sub(" ", clean(sheet.name)).strip(" '")[:28]
        copied = book.create_sheet(title or f"Trang {number}")
        names[sheet.name] = copied.title
        _copy(sheet, copied)
        print_on_one_width(copied)
    return book, names


def write_text(sheet: "Worksheet", row: int, column: int, value: str) -> None:
    """Write a text that no program takes for a formula; indices from 1."""
    if not value:
        return
    cell = sheet.cell(row, column)
    cell.value = clean(value)
    cell.data_type = "s"
    if value.startswith(_FORMULA_SIGNS):
        cell.quotePrefix = True


def print_on_one_width(sheet: "Worksheet") -> None:
    """Have a sheet printed across, no wider than a page."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4


def clean(value: str) -> str:
    """Return a text without the characters that a workbook cannot hold."""
    return _CONTROL.sub(" ", value)[:32_000]


def _copy(sheet: Sheet, copied: "Worksheet") -> None:
    from openpyxl.utils import get_column_letter

    widths: dict[int, int] = {}
    for row_number, row in enumerate(sheet.rows, start=1):
        if sum(cell is not None for cell in row) >= _CELLS_OF_A_TABLE:
            _rule_row(copied, row_number, row)
        for column, cell in enumerate(row, start=1):
            if cell is None:
                continue
            _copy_cell(copied, row_number, column, cell)
            longest = min(len(text_of(cell)) + 2, _WIDEST)
            widths[column] = max(widths.get(column, _NARROWEST), longest)
    is_wide = _is_wide(sheet)
    for column, width in widths.items():
        letter = get_column_letter(column)
        copied.column_dimensions[letter].width = min(width, 14 if is_wide else width)


def _rule_row(copied: "Worksheet", row: int, cells: Sequence[Cell]) -> None:
    """Draw the lines of a row that belongs to a table, and let its texts wrap."""
    from openpyxl.styles import Alignment, Border, Side

    line = Side("thin", color="FFB8C0CA")
    for column in range(1, len(cells) + 1):
        cell = copied.cell(row, column)
        cell.border = Border(left=line, right=line, top=line, bottom=line)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
    lines = min(1 + longest // _NARROWEST, _MOST_LINES)
    copied.row_dimensions[row].height = _LINE * lines


def _is_wide(sheet: Sheet) -> bool:
    """Whether the sheet is wide, so that its columns should stay narrow."""
    return max((len(row) for row in sheet.rows), default=0) > 12


def _copy_cell(copied: "Worksheet", row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, CellError):
        write_text(copied, row, column, cell.text)
    elif isinstance(cell, PercentCell):
        copied.cell(row, column, cell.fraction).number_format = "0.00%"
    elif isinstance(cell, str):
        write_text(copied, row, column, cell)
    elif isinstance(cell, (bool, int, float, datetime, date, time, timedelta)):
        copied.cell(row, column).value = cell
