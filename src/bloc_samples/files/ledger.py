"""Another untidy layout: shifted to the right, one-level headers, words for nothing.

Numbers are numbers, shares are text, *không* means nothing in optional columns,
and a column *Ghi chú* stays empty.
"""

from collections.abc import Sequence
from decimal import Decimal

from bloc_samples.files.sheet import CellContent, Sketch, Style
from bloc_samples.files.values import as_text, column_sum, label_of
from bloc_samples.returns.model import CellValue, Return, Row
from bloc_warehouse.domain.periods import period_label, period_of
from bloc_warehouse.forms.model import Column, Form, Table

_LEFT = 1
_FIRST_TABLE_ROW = 14


def ledger_sheet(sent: Return, form: Form, bloc_name: str) -> Sketch:
    """Lay out one form."""
    sketch = Sketch(f"Biểu {form.code}")
    period = period_of(sent.period)
    sketch.put(2, _LEFT, form.title_vi.upper(), "title")
    sketch.put(3, _LEFT, f"({bloc_name})", "centre")
    pairs: tuple[tuple[str, CellContent], ...] = (
        ("Mã biểu", form.code),
        ("Phiên bản", form.version),
        ("Mã số đơn vị", sent.unit_code),
        ("Tên đơn vị", sent.unit_name),
        ("Kỳ", period_label(sent.period).lower()),
        ("Số liệu tính đến", f"{period.end:%d/%m/%Y}"),
        ("Gửi lần thứ", sent.number),
    )
    for number, (label, value) in enumerate(pairs, start=5):
        sketch.put(number, _LEFT, label)
        sketch.put(number, _LEFT + 2, value)
    row = _FIRST_TABLE_ROW
    for table in form.tables:
        row = _table(sketch, row, table, sent.rows.get(table.name, ()))
    sketch.put(row, _LEFT, "Người lập")
    sketch.put(row, _LEFT + 4, "T/M CẤP ỦY")
    sketch.widths = {0: 2.0, 1: 28.0, 2: 18.0, 3: 24.0}
    return sketch


def _table(sketch: Sketch, row: int, table: Table, lines: Sequence[Row]) -> int:
    """Lay out a table; return the row after it and a blank one."""
    columns = table.columns
    sketch.put(row, _LEFT, table.title_vi)
    for at, column in enumerate(columns, start=_LEFT):
        sketch.put(row + 1, at, column.label_vi, "header")
    sketch.put(row + 1, _LEFT + len(columns), "Ghi chú", "header")
    first = row + 2
    for number, line in enumerate(lines):
        _line(sketch, first + number, columns, line, "body")
    end = first + len(lines)
    if len(lines) > 1 and table.rows in ("open", "list"):
        sums: Row = {
            column.name: column_sum(column, lines) for column in columns[1:]
        } | {columns[0].name: "Cộng"}
        _line(sketch, end, columns, sums, "total")
        end += 1
    return end + 2


def _line(
    sketch: Sketch, row: int, columns: Sequence[Column], line: Row, style: Style
) -> None:
    for at, column in enumerate(columns, start=_LEFT):
        content = _content(column, label_of(column, line.get(column.name)))
        if content is not None:
            sketch.put(row, at, content, style)


def _content(column: Column, value: CellValue) -> CellContent | None:
    if value == 0 and column.type == "count" and not column.required:
        return "không"
    if isinstance(value, Decimal):
        return f"{as_text(column, value)}%"
    return value
