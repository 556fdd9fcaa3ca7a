"""Where everything stands on a form's sheet, before anything is written.

Rows and columns count from 0. A sheet is, from top to bottom: the letterhead, the
title, label and value pairs (two pairs a row, each label and each value in one cell or
one merged range), the legend, then the form's tables and the signature block.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby, product
from typing import Literal

from bloc_warehouse.forms.model import Column, Form, Table, Value
from bloc_warehouse.periods import period_label, period_of

CellValue = int | float | Decimal | str | None
RowValues = Mapping[str, CellValue]

OFFICE_SUFFIX = "-VP"
REQUIRED_MARK = " *"
BASIS_LABELS = {"cumulative": "Cộng dồn", "period": "Trong kỳ"}
LEGEND = (
    "Cách ghi: ghi 0 hoặc - khi không có; để trống khi không báo cáo; "
    "x khi không áp dụng. Cột có dấu * bắt buộc ghi."
)

_LETTERHEAD_ROWS = 2
_TITLE_ROW = 3
_PAIRS_ROW = 5
_PAIR_ROWS = 4
_LEGEND_ROW = _PAIRS_ROW + _PAIR_ROWS
_FIRST_TABLE_ROW = _LEGEND_ROW + 2
_PRINTED_COMBINATIONS = 12
_SPARE_ROWS = {"one": 0, "fixed": 0, "open": 20, "list": 40}
_MEASURE_WIDTHS = {"count": 7.5, "percent": 8.5, "year": 9.0, "text": 18.0}
_MEASURE_WIDTHS_NARROW_TABLE = {"count": 11.0, "percent": 11.0, "text": 22.0}
_NARROW_TABLE = 12
_SLOT_WIDTHS = (17.0, 30.0, 17.0, 30.0)


@dataclass(frozen=True, slots=True)
class Header:
    """Who reports, for which period; printed in the pairs above the tables."""

    unit_code: str
    unit_name: str
    bloc_name: str
    period_code: str
    basis: Literal["cumulative", "period"]
    submission_no: int

    @property
    def sender(self) -> str:
        """``bloc_office`` or ``unit``, as ``Form.senders`` and ``Value.senders``."""
        return "bloc_office" if self.unit_code.endswith(OFFICE_SUFFIX) else "unit"


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form with a sender's values; ``rows`` maps table → rows of column → value.

    Keys with a value list carry the value's code; a measure may also be text such as
    ``"4.851"`` or ``"x"``, which is written as it stands. ``unit_names`` explains unit
    codes to who fills in a template.
    """

    form: Form
    header: Header
    rows: Mapping[str, Sequence[RowValues]]
    unit_names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One printed row; in a ``printed`` one the breakdown stands on the form."""

    values: RowValues
    printed: bool = False


@dataclass(frozen=True, slots=True)
class TablePlan:
    """A table's place on the sheet."""

    table: Table
    title_row: int
    rows: tuple[PlannedRow, ...]

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


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A form's sheet: where its parts stand and how wide its columns are.

    ``slots`` are the four column ranges (first, last) of label, value, label, value.
    """

    filled: FilledForm
    tables: tuple[TablePlan, ...]
    widths: tuple[float, ...]
    slots: tuple[tuple[int, int], ...]
    title_row: int = _TITLE_ROW
    pairs_row: int = _PAIRS_ROW
    legend_row: int = _LEGEND_ROW

    @property
    def last_column(self) -> int:
        """Last used column."""
        return len(self.widths) - 1

    @property
    def signature_row(self) -> int:
        """First row of the signature block."""
        return self.tables[-1].last_row + 3


def plan_sheet(filled: FilledForm, *, template: bool) -> SheetPlan:
    """Place a form's parts; a template also has the rows that a sender may need."""
    tables = []
    row = _FIRST_TABLE_ROW
    for table in filled.form.tables:
        plan = TablePlan(table, row, _rows(table, filled, template=template))
        tables.append(plan)
        row = plan.last_row + 2
    widths = _widths(filled)
    slots = _slots(widths)
    return SheetPlan(filled, tuple(tables), tuple(widths), slots)


def header_pairs(filled: FilledForm) -> tuple[tuple[str, str | int], ...]:
    """Return the labels and values that stand above the tables, in their order."""
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
        ("Lần gửi", header.submission_no),
    )


def column_title(column: Column) -> str:
    """Return the lower header cell, with its mark when a value is required."""
    marked = column.required and not column.is_key
    return f"{column.short_vi}{REQUIRED_MARK}" if marked else column.short_vi


def header_groups(table: Table) -> list[tuple[str, int, int]]:
    """Return the upper header: text, first and last column; text "" has one level."""
    groups = []
    position = 0
    for text, columns in groupby(table.columns, key=lambda column: column.group_vi):
        length = len(list(columns))
        if text:
            groups.append((text, position, position + length - 1))
        else:
            groups.extend(("", at, at) for at in range(position, position + length))
        position += length
    return groups


def header_height(table: Table, widths: Sequence[float]) -> float:
    """Return the height in points that the lower header row needs."""
    lines = (
        _wrapped_lines(column_title(column), width)
        for column, width in zip(table.columns, widths, strict=False)
        if column.group_vi
    )
    return 13.5 * max([2, *lines]) + 4


def allowed_values(column: Column, sender: str) -> tuple[Value, ...]:
    """Return the values of a breakdown that this kind of sender may use."""
    return tuple(
        value for value in column.values if not value.senders or sender in value.senders
    )


def printed_value(column: Column, value: CellValue) -> CellValue:
    """Return what a cell shows: a code becomes its label, the rest stays."""
    for choice in column.values:
        if choice.code == value:
            return choice.label_vi
    return value


def _rows(
    table: Table, filled: FilledForm, *, template: bool
) -> tuple[PlannedRow, ...]:
    given = [PlannedRow(values) for values in filled.rows.get(table.name, ())]
    combinations = _combinations(table, filled.header.sender)
    if table.rows == "fixed" or (template and combinations):
        return _printed_rows(table, combinations, given)
    spare = _SPARE_ROWS[table.rows] if template else 0
    rows = [*given, *(PlannedRow({}) for _ in range(spare))]
    return tuple(rows) or (PlannedRow({}),)


def _combinations(table: Table, sender: str) -> list[dict[str, str]]:
    """Return the breakdown's rows when they are few enough to be printed."""
    if not table.keys or not all(key.values for key in table.keys):
        return []
    choices = [
        [(key.name, value.code) for value in allowed_values(key, sender)]
        for key in table.keys
    ]
    combinations = [dict(combination) for combination in product(*choices)]
    return combinations if len(combinations) <= _PRINTED_COMBINATIONS else []


def _printed_rows(
    table: Table, combinations: list[dict[str, str]], given: Sequence[PlannedRow]
) -> tuple[PlannedRow, ...]:
    names = [key.name for key in table.keys]
    left = {tuple(row.values.get(name) for name in names): row for row in given}
    rows = []
    for combination in combinations:
        row = left.pop(tuple(combination.values()), PlannedRow(combination))
        rows.append(PlannedRow(row.values, printed=True))
    return (*rows, *left.values())


def _widths(filled: FilledForm) -> list[float]:
    widths: list[float] = []
    for table in filled.form.tables:
        for at, column in enumerate(table.columns):
            width = _width(column, len(table.columns), filled.header.sender)
            if at == len(widths):
                widths.append(width)
            widths[at] = max(widths[at], width)
    missing = sum(_SLOT_WIDTHS) - sum(widths)
    while missing > 0 or len(widths) < len(_SLOT_WIDTHS):
        widths.append(15.0)
        missing -= 15.0
    return widths


def _width(column: Column, columns: int, sender: str) -> float:
    if column.values:
        labels = [value.label_vi for value in allowed_values(column, sender)]
        return min(44.0, max(14.0, *(len(label) * 1.05 + 3 for label in labels)))
    if column.type == "unit":
        return 16.0
    wide = dict(_MEASURE_WIDTHS)
    if columns <= _NARROW_TABLE:
        wide |= _MEASURE_WIDTHS_NARROW_TABLE
    return wide[column.type]


def _wrapped_lines(text: str, width: float) -> int:
    lines, used = 1, 0.0
    for word in text.split():
        if used and used + 1 + len(word) > width:
            lines, used = lines + 1, 0.0
        used += len(word) + (1 if used else 0)
    return lines


def _slots(widths: Sequence[float]) -> tuple[tuple[int, int], ...]:
    """Share the columns out to label, value, label, value."""
    slots = []
    first = 0
    for number, wanted in enumerate(_SLOT_WIDTHS):
        later = len(_SLOT_WIDTHS) - 1 - number
        last = first
        width = widths[first]
        while width < wanted and last < len(widths) - 1 - later:
            last += 1
            width += widths[last]
        slots.append((first, last))
        first = last + 1
    return tuple(slots)
