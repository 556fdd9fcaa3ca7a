"""Writes a bloc's period as a workbook.

First the bloc's summary as its office would send it, then a sheet a form with one row a
unit, then what the figures are and rest on. The same release gives the same bytes.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import xlsxwriter

from bloc_warehouse.domain.periods import period_label
from bloc_warehouse.export.period.bloc_period import SUMMARY
from bloc_warehouse.export.period.content import Absence, BlocPeriod, SummaryTotal
from bloc_warehouse.export.period.unit_sheet import add_unit_sheet
from bloc_warehouse.forms.filled import OFFICE_SUFFIX, CellValue, FilledForm, Header
from bloc_warehouse.forms.model import Form
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.forms.styles import Styles
from bloc_warehouse.forms.template import add_filled

LEGEND = (
    "Ô trống: không báo cáo. -: không có. x: không áp dụng. "
    "Không hiển thị: số liệu kỷ luật, người đọc không được xem. "
    "Số nghiêng ở dòng cuối: còn thiếu đơn vị hoặc ô bỏ trống."
)
_INFORMATION = "Thông tin"
_HEADS = (
    ("Chỉ tiêu", 46.0),
    ("Tổng hợp từ đơn vị", 14.0),
    ("Khối báo cáo", 14.0),
    ("Chênh lệch", 11.0),
    ("Đơn vị đã báo cáo", 12.0),
    ("Đơn vị phải báo cáo", 12.0),
    ("Ô bỏ trống", 9.0),
    ("Ghi chú", 26.0),
)


def write_bloc_period(target: Path, content: BlocPeriod, zone: ZoneInfo) -> None:
    """Write all sheets.

    Args:
        target: The file.
        content: See ``read_bloc_period``.
        zone: In which times are written.
    """
    with xlsxwriter.Workbook(str(target), {"in_memory": True}) as workbook:
        styles = Styles(workbook)
        source = _source(content, zone)
        form = load_registry().form(SUMMARY)
        created = content.release.shown_from.astimezone(UTC).replace(tzinfo=None)
        workbook.set_properties(
            {"title": f"{form.title_vi}: {source}", "created": created}
        )
        if content.totals:
            notes = [f"{source}.", *_lacking(content.totals)]
            add_filled(workbook, _summary(form, content), styles, notes)
        sums = "Tổng cộng" if content.totals else "Cộng các đơn vị được xem"
        for by_unit in content.forms:
            heads = (content.bloc_name, by_unit.form.title_vi, f"{source}.", LEGEND)
            add_unit_sheet(workbook, by_unit, styles, heads, sums=sums)
        _add_information(workbook, content, zone, styles)


def _source(content: BlocPeriod, zone: ZoneInfo) -> str:
    shown = content.release.shown_from.astimezone(zone)
    return (
        f"{period_label(content.period.code)}, số liệu tính đến "
        f"{content.period.end:%d/%m/%Y}, {_release(content)} ({shown:%d/%m/%Y %H:%M})"
    )


def _release(content: BlocPeriod) -> str:
    number, own = content.release.number, content.figures_release
    kept = "" if own == number else f", giữ nguyên như lần phát hành {own}"
    return f"lần phát hành {number}{kept}"


def _summary(form: Form, content: BlocPeriod) -> FilledForm:
    (table,) = form.tables
    rows = [
        {table.keys[0].name: total.indicator, table.measures[0].name: _cell(total)}
        for total in content.totals or ()
    ]
    header = Header(
        unit_code=f"{content.bloc_code}{OFFICE_SUFFIX}",
        unit_name=f"Văn phòng {_committee(content.bloc_name)}",
        bloc_name=content.bloc_name,
        period_code=content.period.code,
        basis=content.period.basis,
        submission_no=None,
    )
    return FilledForm(form, header, {table.name: rows})


def _committee(bloc_name: str) -> str:
    """Return the committee of a Party organisation: *Đảng ủy Khối …*."""
    return bloc_name.replace("Đảng bộ", "Đảng ủy", 1)


def _cell(total: SummaryTotal) -> CellValue:
    figure = total.figure
    return figure.cell if isinstance(figure, Absence) else figure


def _lacking(totals: Sequence[SummaryTotal]) -> Iterator[str]:
    """Yield a note on each total that is no full one."""
    for total in totals:
        if note := _note(total):
            yield f"{_label(total.indicator)}: {note}."


def _note(total: SummaryTotal) -> str:
    if total.figure is Absence.WITHHELD:
        return Absence.WITHHELD.label_vi
    if isinstance(total.figure, Absence):
        return total.figure.label_vi
    if not total.is_partial:
        return ""
    lacking = [f"một phần, {total.units_reported}/{total.units_expected} đơn vị"]
    if total.blank_count:
        lacking.append(f"{total.blank_count} ô bỏ trống")
    return ", ".join(lacking)


def _label(indicator: str) -> str:
    (table,) = load_registry().form(SUMMARY).tables
    return next(
        value.label_vi for value in table.keys[0].values if value.code == indicator
    )


def _add_information(
    workbook: xlsxwriter.Workbook, content: BlocPeriod, zone: ZoneInfo, styles: Styles
) -> None:
    sheet = workbook.add_worksheet(_INFORMATION)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for column, (_, width) in enumerate(_HEADS):
        sheet.set_column(column, column, width)
    release = content.release
    pairs = (
        ("Đảng bộ", content.bloc_name),
        ("Kỳ báo cáo", period_label(content.period.code)),
        ("Số liệu tính đến", f"{content.period.end:%d/%m/%Y}"),
        ("Lần phát hành", _release(content).removeprefix("lần phát hành ")),
        ("Dựng xong", f"{release.built_at.astimezone(zone):%d/%m/%Y %H:%M %Z}"),
        (
            "Người đọc thấy từ",
            f"{release.shown_from.astimezone(zone):%d/%m/%Y %H:%M %Z}",
        ),
        ("Tài khoản đọc", content.reader),
        ("Cách ghi", LEGEND),
    )
    last = len(_HEADS) - 1
    for row, (label, value) in enumerate(pairs):
        sheet.write_string(row, 0, label, styles["label"])
        sheet.merge_range(row, 1, row, last, value, styles["said"])
    sheet.set_row(len(pairs) - 1, 34)
    if content.totals:
        first = len(pairs) + 1
        for column, (head, _) in enumerate(_HEADS):
            sheet.write_string(first, column, head, styles["group"])
        sheet.set_row(first, 34)
        for row, total in enumerate(content.totals, start=first + 1):
            _write_total(sheet, row, total, styles)


def _write_total(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    total: SummaryTotal,
    styles: Styles,
) -> None:
    figure, declared = _cell(total), total.declared
    difference = (
        figure - declared
        if declared is not None and not isinstance(figure, str | None)
        else None
    )
    values = (
        figure, declared, difference, total.units_reported, total.units_expected,
        total.blank_count,
    )  # fmt: skip
    sheet.write_string(row, 0, _label(total.indicator), styles["listed"])
    for column, value in enumerate(values, start=1):
        sheet.write(row, column, value, styles["figure"])
    sheet.write_string(row, len(values) + 1, _note(total), styles["listed"])
