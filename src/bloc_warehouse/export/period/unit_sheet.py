"""The sheet of a form by unit: a row a unit, a column a line, and their sums."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bloc_warehouse.export.period.content import (
    Absence,
    Figure,
    FormByUnit,
    Line,
    UnitRow,
)
from bloc_warehouse.forms.sizes import header_height
from bloc_warehouse.forms.styles import Styles

_A3 = 8
_UNIT_HEADS = (("Mã đơn vị", 11.0), ("Tên đơn vị", 40.0), ("Tình trạng", 22.0))
_LINE_WIDTH = 8.2
_NARROW_BREAKDOWN = 3  # columns below which a breakdown's words need more width
_TITLES_ROW = 5
_GROUPS_ROW, _LABELS_ROW, _NUMBERS_ROW = (_TITLES_ROW + below for below in (1, 2, 3))
_FIRST_ROW = _NUMBERS_ROW + 1
_ON_ONE_PAGE = 40  # lines whose figures can still be read on a sheet of A3


@dataclass(frozen=True, slots=True)
class _Span:
    """Neighbouring columns below one header."""

    text: str
    first: int
    last: int


def add_unit_sheet(
    workbook: Workbook,
    by_unit: FormByUnit,
    styles: Styles,
    heads: Sequence[str],
    *,
    sums: str,
) -> None:
    """Add the sheet, named after the form's code.

    Args:
        workbook: Where to.
        by_unit: The figures.
        styles: The workbook's.
        heads: Above the table: the bloc, the title, what the figures are, how to read.
        sums: What the last row is called.
    """
    sheet = workbook.add_worksheet(by_unit.form.code)
    last = len(_UNIT_HEADS) + len(by_unit.lines) - 1
    names = ("bloc_left", "title_left", "notes_left", "legend")
    for row, (text, name) in enumerate(zip(heads, names, strict=True)):
        sheet.write_string(row, 0, text.upper() if row < 2 else text, styles[name])
    widths = _widths(by_unit.lines)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    _write_header(sheet, by_unit, widths, styles)
    for row, unit in enumerate(by_unit.units, start=_FIRST_ROW):
        _write_unit(sheet, row, unit, by_unit, styles)
    _write_totals(sheet, by_unit, styles, sums)
    sheet.autofilter(_NUMBERS_ROW, 0, _last_row(by_unit), last)
    _set_up(sheet, len(by_unit.lines))


def _widths(lines: Sequence[Line]) -> list[float]:
    """Return the columns' widths; few columns under long words are wider."""
    widths = [width for _, width in _UNIT_HEADS]
    for _, members in groupby(lines, key=_upper):
        own = list(members)
        wider = len(own) < _NARROW_BREAKDOWN and own[0].breakdown
        widths += [_LINE_WIDTH * (1.5 if wider else 1.0)] * len(own)
    return widths


def _upper(line: Line) -> tuple[str, str]:
    """Return what lines have in common below their table's title."""
    return line.table, line.breakdown_vi or line.group_vi


def _title(line: Line) -> str:
    return line.table_vi


def _spans(lines: Sequence[Line], key: Callable[[Line], object]) -> Iterator[_Span]:
    at = len(_UNIT_HEADS)
    for _, members in groupby(lines, key=key):
        own = list(members)
        text = _title(own[0]) if key is _title else _upper(own[0])[1]
        yield _Span(text, at, at + len(own) - 1)
        at += len(own)


def _write_header(
    sheet: Worksheet, by_unit: FormByUnit, widths: Sequence[float], styles: Styles
) -> None:
    for column, (head, _) in enumerate(_UNIT_HEADS):
        cells = (_TITLES_ROW, column, _LABELS_ROW, column)
        sheet.merge_range(*cells, head, styles["group"])
    groups = list(_spans(by_unit.lines, _upper))
    for span in _spans(by_unit.lines, _title):
        _merge(sheet, _TITLES_ROW, span, styles["group_left"])
    for span in groups:
        _merge(sheet, _GROUPS_ROW, span, styles["group"])
    for column, line in enumerate(by_unit.lines, start=len(_UNIT_HEADS)):
        sheet.write_string(_LABELS_ROW, column, line.label_vi, styles["short"])
    for column in range(len(widths)):
        sheet.write_string(_NUMBERS_ROW, column, f"({column + 1})", styles["number"])
    over = [(one.text, sum(widths[one.first : one.last + 1])) for one in groups]
    under = [
        (line.label_vi, width)
        for line, width in zip(by_unit.lines, widths[len(_UNIT_HEADS) :], strict=True)
    ]
    sheet.set_row(_TITLES_ROW, header_height([], 1))
    sheet.set_row(_GROUPS_ROW, header_height(over, 1))
    sheet.set_row(_LABELS_ROW, header_height(under, 2))
    sheet.set_row(_NUMBERS_ROW, 18)


def _merge(sheet: Worksheet, row: int, span: _Span, style: Format) -> None:
    if span.last > span.first:
        sheet.merge_range(row, span.first, row, span.last, span.text, style)
    else:
        sheet.write_string(row, span.first, span.text, style)


def _write_unit(
    sheet: Worksheet, row: int, unit: UnitRow, by_unit: FormByUnit, styles: Styles
) -> None:
    for column, text in enumerate((unit.code, unit.name, unit.state_vi)):
        sheet.write_string(row, column, text, styles["listed"])
    for column, line in enumerate(by_unit.lines, start=len(_UNIT_HEADS)):
        figure = by_unit.figure(unit, line)
        value = figure.cell if isinstance(figure, Absence) else figure
        sheet.write(row, column, value, styles["figure"])


def _last_row(by_unit: FormByUnit) -> int:
    return _FIRST_ROW + len(by_unit.units) - 1


def _write_totals(
    sheet: Worksheet, by_unit: FormByUnit, styles: Styles, words: str
) -> None:
    row = _last_row(by_unit) + 1
    if by_unit.units_expected:
        words += f" ({by_unit.units_reported}/{by_unit.units_expected} đơn vị)"
    sheet.merge_range(row, 0, row, len(_UNIT_HEADS) - 1, words, styles["total"])
    for column, line in enumerate(by_unit.lines, start=len(_UNIT_HEADS)):
        total = by_unit.total(line)
        style = styles["partial" if by_unit.is_partial(line) else "total"]
        _write_sum(sheet, row, column, total, style)


def _write_sum(
    sheet: Worksheet, row: int, column: int, total: Figure | None, style: Format
) -> None:
    if isinstance(total, Absence):
        sheet.write(row, column, total.cell, style)
    elif total is None:
        sheet.write_blank(row, column, None, style)
    else:
        added = xl_range(_FIRST_ROW, column, row - 1, column)
        sheet.write_formula(row, column, f"=SUM({added})", style, total)


def _set_up(sheet: Worksheet, lines: int) -> None:
    sheet.freeze_panes(_FIRST_ROW, 2)
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.fit_to_pages(1 if lines <= _ON_ONE_PAGE else 0, 0)
    sheet.repeat_rows(_TITLES_ROW, _NUMBERS_ROW)
    sheet.repeat_columns(0, 1)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&9&A&R&9Trang &P/&N")
    sheet.hide_gridlines(2)
