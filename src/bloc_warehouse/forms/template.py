"""Writes forms as workbooks: blank templates for clerks, and filled ones.

Both have the same layout (``layout.py``). A template also has locks, drop-downs,
checks while typing, help and spare rows (``guides.py``). The same input gives the same
bytes.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bloc_warehouse.forms.layout import (
    LEGEND,
    CellValue,
    FilledForm,
    Header,
    SheetPlan,
    TablePlan,
    column_title,
    header_groups,
    header_height,
    header_pairs,
    plan_sheet,
    printed_value,
)
from bloc_warehouse.forms.styles import Styles

__all__ = ["FilledForm", "Header", "write_workbook"]

_CREATED = datetime(2015, 1, 1, tzinfo=UTC)


def write_workbook(
    target: Path | BinaryIO, forms: Sequence[FilledForm], *, template: bool
) -> None:
    """Write one sheet a form, named after the form's code.

    Args:
        target: File or open binary stream to write to.
        forms: Forms of one unit and period.
        template: Whether a clerk is going to fill it in: adds locks, drop-downs,
            validation, help and spare rows.
    """
    destination = str(target) if isinstance(target, Path) else target
    with xlsxwriter.Workbook(destination, {"in_memory": True}) as workbook:
        styles = Styles(workbook)
        _describe(workbook, forms)
        for filled in forms:
            plan = plan_sheet(filled, template=template)
            sheet = workbook.add_worksheet(filled.form.code)
            _write_sheet(sheet, plan, styles)


def _describe(workbook: Workbook, forms: Sequence[FilledForm]) -> None:
    titles = ", ".join(filled.form.title_vi for filled in forms)
    workbook.set_properties({"title": titles, "created": _CREATED.replace(tzinfo=None)})
    for filled in forms:
        workbook.set_custom_property(
            f"form_{filled.form.code}_version", filled.form.version
        )


def _write_sheet(sheet: Worksheet, plan: SheetPlan, styles: Styles) -> None:
    for at, width in enumerate(plan.widths):
        sheet.set_column(at, at, width)
    _write_letterhead(sheet, plan, styles)
    _write_pairs(sheet, plan, styles)
    _range(sheet, plan.legend_row, (0, plan.last_column), LEGEND, styles["legend"])
    for table in plan.tables:
        _write_table(sheet, table, plan, styles)
    _write_signatures(sheet, plan, styles)


def _write_letterhead(sheet: Worksheet, plan: SheetPlan, styles: Styles) -> None:
    header = plan.filled.header
    left, right = _halves(plan)
    _range(sheet, 0, left, header.bloc_name.upper(), styles["bloc"])
    _range(sheet, 0, right, "ĐẢNG CỘNG SẢN VIỆT NAM", styles["party"])
    _range(sheet, 1, left, header.unit_name.upper(), styles["unit"])
    form = plan.filled.form
    everything = (0, plan.last_column)
    _range(sheet, plan.title_row, everything, form.title_vi.upper(), styles["title"])
    sheet.set_row_pixels(plan.title_row, 30)


def _halves(plan: SheetPlan) -> tuple[tuple[int, int], tuple[int, int]]:
    middle = plan.slots[1][1]
    return (0, middle), (middle + 1, plan.last_column)


def _write_pairs(sheet: Worksheet, plan: SheetPlan, styles: Styles) -> None:
    for number, (label, value) in enumerate(header_pairs(plan.filled)):
        row = plan.pairs_row + number // 2
        label_slot = plan.slots[number % 2 * 2]
        value_slot = plan.slots[number % 2 * 2 + 1]
        _range(sheet, row, label_slot, label, styles["label"])
        _range(sheet, row, value_slot, value, styles["value"])


def _write_table(
    sheet: Worksheet, plan: TablePlan, sheet_plan: SheetPlan, styles: Styles
) -> None:
    columns = plan.table.columns
    title = plan.table.title_vi
    _range(
        sheet, plan.title_row, (0, sheet_plan.last_column), title, styles["table_title"]
    )
    _write_header(sheet, plan, sheet_plan, styles)
    for at in range(len(columns)):
        sheet.write_string(plan.number_row, at, f"({at + 1})", styles["number"])
    for offset, row in enumerate(plan.rows):
        for at, column in enumerate(columns):
            style = styles[styles.cell(column, offset, printed=row.printed)]
            value = printed_value(column, row.values.get(column.name))
            _cell(sheet, plan.first_row + offset, at, value, style)


def _write_header(
    sheet: Worksheet, plan: TablePlan, sheet_plan: SheetPlan, styles: Styles
) -> None:
    columns = plan.table.columns
    sheet.set_row(plan.short_row, header_height(plan.table, sheet_plan.widths))
    for text, first, last in header_groups(plan.table):
        if text:
            _range(sheet, plan.group_row, (first, last), text, styles["group"])
            for at in range(first, last + 1):
                title = column_title(columns[at])
                sheet.write_string(plan.short_row, at, title, styles["short"])
        else:
            title = column_title(columns[first])
            sheet.merge_range(
                plan.group_row, first, plan.short_row, last, title, styles["group"]
            )


def _write_signatures(sheet: Worksheet, plan: SheetPlan, styles: Styles) -> None:
    left, right = _halves(plan)
    row = plan.signature_row
    _range(sheet, row, left, "NGƯỜI LẬP BIỂU", styles["sign"])
    _range(sheet, row, right, "T/M CẤP ỦY", styles["sign"])
    _range(sheet, row + 1, left, "(Ký, ghi rõ họ tên)", styles["sign_note"])
    _range(sheet, row + 1, right, "(Ký tên, đóng dấu)", styles["sign_note"])


def _range(
    sheet: Worksheet,
    row: int,
    columns: tuple[int, int],
    value: CellValue,
    style: Format,
) -> None:
    first, last = columns
    if last > first:
        sheet.merge_range(row, first, row, last, "", style)
    _cell(sheet, row, first, value, style)


def _cell(
    sheet: Worksheet, row: int, column: int, value: CellValue, style: Format
) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        number = float(value) if isinstance(value, Decimal) else value
        sheet.write_number(row, column, number, style)
