"""The layout of a form's sheet, before anything is written.

Rows and columns count from 0. A sheet is, from top to bottom: the letterhead, the
title, label and value pairs (two pairs a row, each label and each value in one cell or
one merged range), the legend, then the form's tables and the signature block.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from bloc_warehouse.domain.periods import period_label, period_of
from bloc_warehouse.forms.breakdown import PlannedRow, planned_rows
from bloc_warehouse.forms.filled import FilledForm
from bloc_warehouse.forms.model import Column, Table
from bloc_warehouse.forms.sizes import (
    Place,
    column_width,
    header_height,
    pair_slots,
    sheet_widths,
    width_of,
)

REQUIRED_MARK = "\N{NO-BREAK SPACE}*"
BASIS_LABELS = {"cumulative": "Cộng dồn", "period": "Trong kỳ"}
LEGEND = (
    "Cách ghi: ghi 0 hoặc - khi không có; để trống khi không báo cáo; "
    "x khi không áp dụng."
)
GUIDANCE = (
    "Cột có dấu * (nền vàng) bắt buộc ghi. Ô chuyển màu đỏ: số liệu chưa khớp, "
    "hãy rà lại; màu cam: số liệu cần xác nhận."
)

_TITLE_ROW = 3
_PAIRS_ROW = 6
_PAIR_ROWS = 4
_LEGEND_ROW = _PAIRS_ROW + _PAIR_ROWS
_FIRST_TABLE_ROW = _LEGEND_ROW + 3
_SUBMISSION_NO = "Lần gửi"


@dataclass(frozen=True, slots=True)
class TablePlan:
    """A table's place on the sheet.

    ``places`` holds each column's first and last sheet column: a table with fewer
    breakdowns than its neighbours has a wider last one, so that figures line up.
    """

    table: Table
    title_row: int
    rows: tuple[PlannedRow, ...]
    places: tuple[Place, ...]

    @property
    def group_row(self) -> int:
        """First header row."""
        return self.title_row + 1

    @property
    def short_row(self) -> int:
        """Second header row."""
        return self.title_row + 2

    @property
    def number_row(self) -> int:
        """Row of the column numbers: (1) (2) (3)."""
        return self.title_row + 3

    @property
    def first_row(self) -> int:
        """First row of values."""
        return self.title_row + 4

    @property
    def last_row(self) -> int:
        """Last row of values."""
        return self.first_row + len(self.rows) - 1

    @property
    def columns(self) -> list[tuple[Column, Place]]:
        """The table's columns with their places."""
        return list(zip(self.table.columns, self.places, strict=True))

    @property
    def groups(self) -> list[tuple[str, list[tuple[Column, Place]]]]:
        """The upper header: text and the columns below it.

        A column without a group comes alone, with the text "".
        """
        groups = []
        for text, members in groupby(self.columns, key=lambda item: item[0].group_vi):
            columns = list(members)
            if text:
                groups.append((text, columns))
            else:
                groups.extend(("", [column]) for column in columns)
        return groups


@dataclass(frozen=True, slots=True)
class PlacedPair:
    """A header label and its value."""

    label: str
    value: str | int | None
    row: int
    label_place: Place
    value_place: Place
    is_typed: bool


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A form's sheet: the places of its parts and the widths of its columns."""

    filled: FilledForm
    tables: tuple[TablePlan, ...]
    widths: tuple[float, ...]
    title_row: int = _TITLE_ROW
    legend_row: int = _LEGEND_ROW

    @property
    def guidance_row(self) -> int:
        """Row below the legend, for what only a template says."""
        return self.legend_row + 1

    @property
    def everything(self) -> Place:
        """First and last used column."""
        return 0, len(self.widths) - 1

    @property
    def halves(self) -> tuple[Place, Place]:
        """Columns for the left and the right part, equally wide where possible."""
        left = (0, pair_slots(self.widths)[1][1])
        wanted = width_of(left, self.widths)
        first = last = len(self.widths) - 1
        while first > left[1] + 1 and width_of((first, last), self.widths) < wanted:
            first -= 1
        return left, (first, last)

    @property
    def signature_row(self) -> int:
        """First row of the signature block."""
        return self.tables[-1].last_row + 3


def plan_sheet(filled: FilledForm, *, template: bool) -> SheetPlan:
    """Place a form's parts; a template also has the rows that a sender may need."""
    tables: list[TablePlan] = []
    row = _FIRST_TABLE_ROW
    keys = max(len(table.keys) for table in filled.form.tables)
    for table in filled.form.tables:
        rows = planned_rows(table, filled, template=template)
        tables.append(TablePlan(table, row, rows, _places(table, keys)))
        row = tables[-1].last_row + 2
    widths = _widths(tables, filled.header.sender)
    return SheetPlan(filled, tuple(tables), tuple(widths))


def header_pairs(filled: FilledForm) -> tuple[tuple[str, str | int | None], ...]:
    """Return the labels and values above the tables, in their order."""
    header = filled.header
    period = period_of(header.period_code)
    return (
        ("Mã biểu", filled.form.code),
        ("Phiên bản", filled.form.version),
        ("Mã đơn vị", header.unit_code),
        ("Tên đơn vị", header.unit_name),
        ("Kỳ báo cáo", period_label(header.period_code)),
        ("Cách tính", BASIS_LABELS[header.basis]),
        ("Số liệu tính đến", f"{period.end:%d/%m/%Y}"),
        (_SUBMISSION_NO, header.submission_no),
    )


def placed_pairs(plan: SheetPlan) -> list[PlacedPair]:
    """Return the header pairs with their places, two pairs a row."""
    pairs = []
    slots = pair_slots(plan.widths)
    for number, (label, value) in enumerate(header_pairs(plan.filled)):
        row = _PAIRS_ROW + number // 2
        label_place, value_place = slots[number % 2 * 2 :][:2]
        typed = label == _SUBMISSION_NO
        pairs.append(PlacedPair(label, value, row, label_place, value_place, typed))
    return pairs


def column_title(column: Column) -> str:
    """Return the lower header cell, with its mark when a value is required."""
    marked = column.required and not column.is_key
    return f"{column.short_vi}{REQUIRED_MARK}" if marked else column.short_vi


def header_heights(plan: TablePlan, widths: Sequence[float]) -> tuple[float, float]:
    """Return the points that the two header rows need."""
    groups = [
        (text, width_of((columns[0][1][0], columns[-1][1][1]), widths))
        for text, columns in plan.groups
        if text
    ]
    titles = [
        (column_title(column), width_of(place, widths))
        for column, place in plan.columns
        if column.group_vi
    ]
    return header_height(groups, 1), header_height(titles, 2)


def _places(table: Table, keys: int) -> tuple[Place, ...]:
    own = len(table.keys)
    if own in (0, keys):
        return tuple((at, at) for at in range(len(table.columns)))
    before = [(at, at) for at in range(own - 1)]
    after = [(keys + at, keys + at) for at in range(len(table.measures))]
    return (*before, (own - 1, keys - 1), *after)


def _widths(tables: Sequence[TablePlan], sender: str) -> list[float]:
    return sheet_widths(
        [
            (place, column_width(column, len(plan.places), sender))
            for plan in tables
            for column, place in plan.columns
        ]
    )
