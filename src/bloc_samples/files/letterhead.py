"""An untidy layout: a letterhead, pairs in one cell, numbers as text, a total line.

Short labels are the office's own (the forms' aliases), groups of columns are in the
office's own order, nothing is written as a dash, and there is a column *TT*.
"""

from collections.abc import Sequence
from itertools import groupby

from bloc_samples.apportion import stream
from bloc_samples.files.sheet import Sketch
from bloc_samples.files.values import as_text, column_sum, label_of
from bloc_samples.returns.model import Return, Row
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.forms.model import Column, Form, Table

_PERIODS = {"Q1": "Quý I/{}", "H1": "6T/{}", "M9": "9 tháng/{}", "Y": "Năm {}"}
_BESIDE = 5  # column where the letterhead's right half begins
_FIRST_TABLE_ROW = 10


def letterhead_sheet(sent: Return, form: Form, bloc_name: str) -> Sketch:
    """Lay out one form."""
    sketch = Sketch(form.code)
    _head(sketch, sent, form, bloc_name)
    row = _FIRST_TABLE_ROW
    for table in form.tables:
        columns = _own_order(sent.unit_code, table)
        row = _table(sketch, row, table, columns, sent.rows.get(table.name, ()))
    sketch.put(row, 1, "NGƯỜI LẬP BIỂU")
    sketch.put(row, _BESIDE, "T/M CẤP ỦY")
    sketch.put(row + 1, _BESIDE, "(Ký, đóng dấu)", "centre")
    sketch.widths = {0: 9.0, 1: 24.0, 3: 26.0}
    return sketch


def _head(sketch: Sketch, sent: Return, form: Form, bloc_name: str) -> None:
    period = period_of(sent.period)
    sketch.span((0, 0), (0, 3), bloc_name.upper())
    sketch.span((0, 0), (_BESIDE, 9), "ĐẢNG CỘNG SẢN VIỆT NAM", "title")
    sketch.span((1, 1), (0, 3), sent.unit_name.upper(), "title")
    day = sent.received
    place = f"Ngày {day.day} tháng {day.month} năm {day.year}"
    sketch.span((1, 1), (_BESIDE, 9), place, "centre")
    sketch.span((3, 3), (0, 9), form.aliases[0].upper(), "title")
    label = _PERIODS[period.type].format(period.year)
    sketch.put(5, 0, f"Biểu số: {form.code}")
    sketch.put(5, _BESIDE, f"Kỳ báo cáo: {label}")
    sketch.put(6, 0, f"Mã đơn vị: {sent.unit_code}")
    sketch.put(6, _BESIDE, "Cách tính: Lũy kế")
    sketch.put(7, 0, f"Đơn vị báo cáo: {sent.unit_name}")
    sketch.put(7, _BESIDE, f"Tính đến ngày: {period.end:%d.%m.%Y}")
    sketch.put(8, 0, "(Dấu - là không có)")
    if sent.number > 1:
        sketch.put(8, _BESIDE, f"Lần gửi: {sent.number:02}")


def _own_order(code: str, table: Table) -> list[Column]:
    """Return the breakdown first, then the groups in the sender's own order."""
    groups = [list(group) for _, group in _groups(table.measures)]
    stream(0, "columns", code, table.name).shuffle(groups)
    return [*table.keys, *(column for group in groups for column in group)]


def _groups(columns: Sequence[Column]) -> list[tuple[str, list[Column]]]:
    grouped = groupby(columns, key=lambda column: column.group_vi)
    return [(name, list(group)) for name, group in grouped]


def _table(
    sketch: Sketch,
    row: int,
    table: Table,
    columns: Sequence[Column],
    lines: Sequence[Row],
) -> int:
    """Lay out a table; return the row after it and a blank one."""
    sketch.put(row, 0, table.title_vi)
    _header(sketch, row + 1, columns)
    first = row + 4
    for number, line in enumerate(lines):
        sketch.put(first + number, 0, str(number + 1), "body")
        for at, column in enumerate(columns, start=1):
            value = label_of(column, line.get(column.name), short=True)
            text = as_text(column, value, zero="-")
            if text:
                sketch.put(first + number, at, text, "body")
    end = first + len(lines)
    if lines and table.rows != "fixed":
        _total(sketch, end, columns, lines)
        end += 1
    return end + 2


def _header(sketch: Sketch, row: int, columns: Sequence[Column]) -> None:
    sketch.span((row, row + 1), (0, 0), "TT", "header")
    sketch.put(row + 2, 0, "(a)", "header")
    at = 1
    for name, group in _groups(columns):
        if name:
            sketch.span((row, row), (at, at + len(group) - 1), name, "header")
        for place, column in enumerate(group, start=at):
            label = column.aliases[0] if column.aliases else column.short_vi
            if name:
                sketch.put(row + 1, place, label, "header")
            else:
                sketch.span((row, row + 1), (place, place), label, "header")
            sketch.put(row + 2, place, f"({place})", "header")
        at += len(group)


def _total(
    sketch: Sketch, row: int, columns: Sequence[Column], lines: Sequence[Row]
) -> None:
    sketch.put(row, 0, "Tổng cộng", "total")
    for at, column in enumerate(columns, start=1):
        total = column_sum(column, lines)
        if total is not None:
            sketch.put(row, at, as_text(column, total, zero="-"), "total")
