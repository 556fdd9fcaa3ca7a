"""The sender's own workbook, opened to be marked and sent back; nothing in it acts."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from bloc_warehouse.intake.answer.safe_formula import is_safe_formula
from bloc_warehouse.intake.read.grid import column_index
from bloc_warehouse.intake.read.limits import UnreadableFileError
from bloc_warehouse.intake.read.unzip import XML_ENDINGS, unpack

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_RANGE = re.compile(
    rb"<(?:\w+:)?(?:mergeCell|hyperlink|f)\b[^>]*?\b"
    rb'ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
_CELL = re.compile(rb"<(?:\w+:)?c[ >/]")
_MOST_CELLS_IN_RANGES = 200_000
MOST_CELLS = 60_000
"""More would take openpyxl longer than a sender's answer may."""

_BREAKS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    ParseError,
    RecursionError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)
"""What openpyxl is known to raise at workbooks that other programs still open."""


class UnusableWorkbookError(Exception):
    """A workbook that cannot be opened again safely; its values can be copied."""


def open_own(content: bytes, *, max_unpacked_bytes: int) -> tuple["Workbook", bool]:
    """Open a workbook with its layout and values, without links and macros.

    Args:
        content: An xlsx or xlsm file.
        max_unpacked_bytes: Limit for its parts together.

    Returns:
        The workbook, and whether formulas were replaced by their values.

    Raises:
        UnusableWorkbookError: It is too large, or not what openpyxl can open.
    """
    try:
        _check_parts(content, max_unpacked_bytes)
        book = _loaded(content)
        for sheet in book.worksheets:
            _remove_what_acts(sheet)
        for name in [*book.defined_names]:
            if not is_safe_formula(book.defined_names[name].value or ""):
                del book.defined_names[name]
        return book, _replace_formulas(book, content)
    except _BREAKS as error:
        raise UnusableWorkbookError(type(error).__name__) from error


def present_cells(sheet: "Worksheet") -> "list[Cell]":
    """Return the cells that a sheet has.

    openpyxl's own iteration makes every cell up to the last one: with one cell far
    out that is billions.
    """
    from openpyxl.cell.cell import Cell

    return [cell for cell in sheet._cells.values() if isinstance(cell, Cell)]


def _loaded(content: bytes, *, values: bool = False) -> "Workbook":
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that openpyxl leaves out
        return load_workbook(io.BytesIO(content), data_only=values, keep_links=False)


def _check_parts(content: bytes, limit: int) -> None:
    """Refuse what would make openpyxl work without end."""
    try:
        parts = unpack(content, limit, lambda name: name.endswith(XML_ENDINGS))
    except UnreadableFileError as error:
        raise UnusableWorkbookError(str(error)) from error
    if sum(map(_checked_cells, parts.values())) > MOST_CELLS:
        raise UnusableWorkbookError("too many cells")


def _checked_cells(xml: bytes) -> int:
    """Refuse a part that is dangerous to open; return how many cells it has."""
    cells = 0
    for left, top, right, bottom in _RANGE.findall(xml):
        width = column_index(right.decode()) - column_index(left.decode()) + 1
        cells += width * (int(bottom) - int(top) + 1)
    if cells > _MOST_CELLS_IN_RANGES:
        raise UnusableWorkbookError("ranges over too many cells")
    return len(_CELL.findall(xml))


def _remove_what_acts(sheet: "Worksheet") -> None:
    for cell in present_cells(sheet):
        if cell.hyperlink is not None and cell.hyperlink.target:
            cell.hyperlink = None
    kept = [
        validation
        for validation in sheet.data_validations.dataValidation
        if is_safe_formula(validation.formula1 or "")
        and is_safe_formula(validation.formula2 or "")
    ]
    sheet.data_validations.dataValidation = kept
    for formats in [*sheet.conditional_formatting]:
        formulas = [text for rule in formats.rules for text in rule.formula]
        if not all(map(is_safe_formula, formulas)):
            del sheet.conditional_formatting[formats.sqref]


def _replace_formulas(book: "Workbook", content: bytes) -> bool:
    unsafe = [cell for cell in _formula_cells(book) if not _is_safe(cell)]
    if not unsafe:
        return False
    values = _loaded(content, values=True)
    for cell in unsafe:
        value = values[cell.parent.title][cell.coordinate].value
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
    return True


def _formula_cells(book: "Workbook") -> "Iterator[Cell]":
    for sheet in book.worksheets:
        yield from (cell for cell in present_cells(sheet) if cell.data_type == "f")


def _is_safe(cell: "Cell") -> bool:
    formula = cell.value if isinstance(cell.value, str) else None
    if formula is None:  # an array formula is an object with a text
        formula = getattr(cell.value, "text", None)
    return isinstance(formula, str) and is_safe_formula(formula)
