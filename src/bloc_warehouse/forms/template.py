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

from bloc_warehouse.forms.breakdown import printed_value
from bloc_warehouse.forms.filled import CellValue, FilledForm
from bloc_warehouse.forms.guides import Guides
from bloc_warehouse.forms.layout import (
    GUIDANCE,
    LEGEND,
    SheetPlan,
    TablePlan,
    column_title,
    header_heights,
    placed_pairs,
    plan_sheet,
)
from bloc_warehouse.forms.sizes import Place, header_height, width_of
from bloc_warehouse.forms.styles import Styles

_CREATED = datetime(2015, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # as Excel has it
_A3, _A4 = 8, 9
_WIDEST_ON_A4 = 190.0
_INPUT_HEIGHTS = {"one": 44, "fixed": 30, "open": 23, "list": 23}


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
        guides = Guides(workbook)
        _describe(workbook, forms)
        for filled in forms:
            plan = plan_sheet(filled, template=template)
            sheet = workbook.add_worksheet(filled.form.code)
            _write_sheet(sheet, plan, styles)
            if template:
                _write_guidance(sheet, plan, styles)
                guides.add(sheet, plan)
        guides.write_lists()


def add_filled(
    workbook: Workbook, filled: FilledForm, styles: Styles, notes: Sequence[str]
) -> None:
    """Add a filled form's sheet, with notes between the legend and its table.

    The layout is that of ``write_workbook``, so the sheet can be checked as a return.
    """
    plan = plan_sheet(filled, template=False)
    sheet = workbook.add_worksheet(filled.form.code)
    _write_sheet(sheet, plan, styles)
    if notes:
        text = "\n".join(notes)
        _write(sheet, plan.guidance_row, plan.everything, text, styles["notes"])
        heights = [(note, width_of(plan.everything, plan.widths)) for note in notes]
        sheet.set_row(
            plan.guidance_row,
            sum(header_height([pair], 1) for pair in heights),
        )


def _describe(workbook: Workbook, forms: Sequence[FilledForm]) -> None:
    titles = ", ".join(filled.form.title_vi for filled in forms)
    workbook.set_properties({"title": titles, "created": _CREATED})
    for filled in forms:
        workbook.set_custom_property(
            f"form_{filled.form.code}_version", filled.form.version
        )


def _write_sheet(sheet: Worksheet, plan: SheetPlan, styles: Styles) -> None:
    for at, width in enumerate(plan.widths):
        sheet.set_column(at, at, width)
    _write_letterhead(sheet, plan, styles)
    for pair in placed_pairs(plan):
        style = styles["typed_value" if pair.is_typed else "value"]
        _write(sheet, pair.row, pair.label_place, pair.label, styles["label"])
        _write(sheet, pair.row, pair.value_place, pair.value, style)
    _write(sheet, plan.legend_row, plan.everything, LEGEND, styles["legend"])
    sheet.set_row(plan.legend_row, 24)
    for table in plan.tables:
        _write_header(sheet, table, plan, styles)
        _write_rows(sheet, table, styles)
    _write_signatures(sheet, plan, styles)
    _set_up_print(sheet, plan)


def _write_letterhead(sheet: Worksheet, plan: SheetPlan, styles: Styles) -> None:
    header, form = plan.filled.header, plan.filled.form
    left, right = plan.halves
    _write(sheet, 0, left, header.bloc_name.upper(), styles["bloc"])
    _write(sheet, 0, right, "ĐẢNG CỘNG SẢN VIỆT NAM", styles["party"])
    _write(sheet, 1, left, header.unit_name.upper(), styles["unit"])
    title, everything = plan.title_row, plan.everything
    _write(sheet, title, everything, form.title_vi.upper(), styles["title"])
    _write(sheet, title + 1, everything, form.title_en, styles["subtitle"])
    sheet.set_row_pixels(title, 30)


def _write_header(
    sheet: Worksheet, plan: TablePlan, sheet_plan: SheetPlan, styles: Styles
) -> None:
    title, everything = plan.table.title_vi, sheet_plan.everything
    _write(sheet, plan.title_row, everything, title, styles["table_title"])
    upper, lower = header_heights(plan, sheet_plan.widths)
    sheet.set_row(plan.group_row, upper)
    sheet.set_row(plan.short_row, lower)
    for text, columns in plan.groups:
        first, last = columns[0][1][0], columns[-1][1][1]
        if text:
            _write(sheet, plan.group_row, (first, last), text, styles["group"])
            for column, place in columns:
                name = column_title(column)
                _write(sheet, plan.short_row, place, name, styles["short"])
        else:
            name = column_title(columns[0][0])
            cells = (plan.group_row, first, plan.short_row, last)
            sheet.merge_range(*cells, name, styles["group"])
    for number, place in enumerate(plan.places, start=1):
        _write(sheet, plan.number_row, place, f"({number})", styles["number"])


def _write_rows(sheet: Worksheet, plan: TablePlan, styles: Styles) -> None:
    columns = plan.columns
    for offset, row in enumerate(plan.rows):
        for column, place in columns:
            style = styles[styles.cell(column, offset, printed=row.printed)]
            value = printed_value(column, row.values.get(column.name))
            _write(sheet, plan.first_row + offset, place, value, style)


def _write_signatures(sheet: Worksheet, plan: SheetPlan, styles: Styles) -> None:
    left, right = plan.halves
    row = plan.signature_row
    _write(sheet, row, left, "NGƯỜI LẬP BIỂU", styles["sign"])
    _write(sheet, row, right, "T/M CẤP ỦY", styles["sign"])
    _write(sheet, row + 1, left, "(Ký, ghi rõ họ tên)", styles["sign_note"])
    _write(sheet, row + 1, right, "(Ký tên, đóng dấu)", styles["sign_note"])


def _write_guidance(sheet: Worksheet, plan: SheetPlan, styles: Styles) -> None:
    _write(sheet, plan.guidance_row, plan.everything, GUIDANCE, styles["legend"])
    if all(table.table.rows != "list" for table in plan.tables):
        sheet.fit_to_pages(1, 1)
    for table in plan.tables:
        for row in range(table.first_row, table.last_row + 1):
            sheet.set_row_pixels(row, _INPUT_HEIGHTS[table.table.rows])


def _set_up_print(sheet: Worksheet, plan: SheetPlan) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4 if sum(plan.widths) <= _WIDEST_ON_A4 else _A3)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.4, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    form = plan.filled.form
    sheet.set_footer(f"&L&9{form.code} · phiên bản {form.version}&R&9Trang &P/&N")
    if len(plan.tables) == 1:
        sheet.repeat_rows(plan.tables[0].group_row, plan.tables[0].number_row)
    sheet.hide_gridlines(2)


def _write(
    sheet: Worksheet, row: int, place: Place, value: CellValue, style: Format
) -> None:
    first, last = place
    if last > first:
        sheet.merge_range(row, first, row, last, "", style)
    if value is None or value == "":
        sheet.write_blank(row, first, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, first, value, style)
    else:
        number = float(value) if isinstance(value, Decimal) else value
        sheet.write_number(row, first, number, style)
