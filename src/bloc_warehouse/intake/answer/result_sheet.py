"""The first sheet of a workbook that goes back: what became of it, and every fault."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal

from bloc_warehouse.intake.answer.fault_marks import (
    KEPT_COLUMN,
    RESULT_SHEET,
    Fault,
    Mark,
)
from bloc_warehouse.intake.answer.value_copy import print_on_one_width, write_text
from bloc_warehouse.intake.faults.catalogue import Text, text

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font
    from openpyxl.worksheet.worksheet import Worksheet

_COLOURS = {"accepted": "FF2B8A3E", "rejected": "FFC92A2A", "held": "FFB35900"}
_OTHER_COLOUR = "FF495057"
_SEVERITY_COLOURS = {"error": "FFC92A2A", "warning": "FFB35900"}
# what is wrong and its remedy come right after the place, where a screen shows them;
# the same in English comes last, with other columns between
_WIDTHS = (4, 13, 10, 8, 60, 17, 23, 12, 46)
_HEADINGS = (
    "receipt.severity",
    "receipt.sheet",
    "receipt.cell",
    "receipt.message",
    "receipt.found",
    "receipt.expected",
    "receipt.code",
    "receipt.in_english",
)
_LAST = len(_WIDTHS)
_LINE = 14.5
_HIGHEST = 409  # points, of a row in Excel
_LETTERS = 1.1  # to a digit's width; 1.2 are usual
_PADDING = 3  # letters that a cell's edges take


def add_result_sheet(
    book: "Workbook",
    receipt: Mapping[str, Any],
    marks: Sequence[Mark | None],
    notes: Sequence[Text],
) -> None:
    """Put the result before the workbook's sheets and open the workbook at it.

    Args:
        book: With its marks.
        receipt: As for machines.
        marks: The place of each fault.
        notes: What else the sender must know of this workbook.
    """
    sheet = book.create_sheet(RESULT_SHEET, 0)
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[_letter(column)].width = width
    sheet.column_dimensions[_letter(KEPT_COLUMN)].hidden = True
    row = _write_head(sheet, receipt, notes)
    row = _write_faults(sheet, row + 1, receipt["faults"], marks)
    _write_figures(sheet, row + 1, receipt["submissions"])
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = _colour(receipt)
    print_on_one_width(sheet)
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = 0


def _write_head(
    sheet: "Worksheet", receipt: Mapping[str, Any], notes: Sequence[Text]
) -> int:
    from openpyxl.styles import PatternFill

    state = text(f"state.{receipt['state']}")
    title = text("receipt.title")
    fill = PatternFill("solid", fgColor=_colour(receipt))
    lines = (
        (f"{title.vi.upper()}: {state.vi}", 16, 27),
        (f"{title.en}: {state.en}", 10, 16),
    )
    for row, (words, size, height) in enumerate(lines, start=1):
        for column in range(1, _LAST + 1):
            sheet.cell(row, column).fill = fill
        _say(sheet, row, words, _font(size, "FFFFFFFF", bold=size > 12), height)
    _say(sheet, 3, _file_line(receipt), _font(10, _OTHER_COLOUR), 18)
    row = 4
    for advice in [*receipt["advice"], *notes]:
        _say(sheet, row, advice.vi, _font(11, bold=True), _height(advice.vi, 165))
        english = _height(advice.en, 185)
        _say(sheet, row + 1, advice.en, _font(9.5, _OTHER_COLOUR), english)
        row += 2
    for line in receipt["cells_lines"]:
        _say(sheet, row, line, _font(9.5, _OTHER_COLOUR), _height(line, 185))
        row += 1
    return row


def _file_line(receipt: Mapping[str, Any]) -> str:
    parts = (
        ("receipt.file", receipt["file_name"]),
        ("receipt.sender", receipt["sender"]),
        ("receipt.received", receipt["received_on"]),
        ("receipt.number", receipt["file"]),
    )
    return "   ·   ".join(f"{text(name).vi}: {value}" for name, value in parts)


def _write_faults(
    sheet: "Worksheet",
    row: int,
    faults: Sequence[Fault],
    marks: Sequence[Mark | None],
) -> int:
    _heading_row(sheet, row, ("", *map(_both, _HEADINGS)))
    sheet.row_dimensions[row].height = 2 * _LINE + 4
    if row < 16:
        sheet.freeze_panes = f"A{row + 1}"
    for number, (fault, place) in enumerate(zip(faults, marks, strict=True), start=1):
        _write_fault(sheet, row + number, number, fault, place)
    if faults:
        sheet.auto_filter.ref = f"A{row}:{_letter(_LAST)}{row + len(faults)}"
        sheet.print_title_rows = f"{row}:{row}"
    return row + len(faults)


def _write_fault(
    sheet: "Worksheet", row: int, number: int, fault: Fault, place: Mark | None
) -> None:
    severity = text(f"severity.{fault['severity']}")
    name = "\n".join(filter(None, [fault["rule"] or fault["code"], fault.get("id")]))
    write_text(sheet, row, 1, f"{number}.")  # no figure: the sheet may come back
    answered = [
        f"→ {text('receipt.explained', **answer).vi}" for answer in _answers(fault)
    ]
    values = (
        f"{severity.vi}\n{severity.en}",
        fault["sheet"] or "",
        fault["cell"] or "",
        "\n".join([fault["message_vi"], *answered]),
        fault["found"] or "",
        fault["expected"] or "",
        name,
        fault["message_en"],
    )
    for column, value in enumerate(values, start=2):
        write_text(sheet, row, column, str(value))
    for column in range(1, _LAST + 1):
        cell = sheet.cell(row, column)
        cell.alignment = _left(column, vertical="top", wrap_text=True)
        cell.border = _rule()
        cell.font = _font(10)
    sheet.cell(row, 2).font = _font(10, _SEVERITY_COLOURS[fault["severity"]], bold=True)
    sheet.cell(row, _LAST).font = _font(9, _OTHER_COLOUR)
    if place:
        _lead(sheet, row, place)
    lines = [_lines(str(value), _WIDTHS[at]) for at, value in enumerate(values, 1)]
    height = max(2, *lines) * _LINE + 4
    sheet.row_dimensions[row].height = min(height, _HIGHEST)


def _answers(fault: Fault) -> Sequence[Mapping[str, Any]]:
    return [
        {"reason": explanation["reason"]}
        for explanation in fault.get("explanations") or ()
    ]


def _lead(sheet: "Worksheet", row: int, place: Mark) -> None:
    """Link to the cell, and keep beside it how the cell looked."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell = sheet.cell(row, 4)
    if not cell.value:
        write_text(sheet, row, 4, "→")
    quoted = place.sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(
        ref=cell.coordinate,
        location=f"'{quoted}'!{place.cell}",
        display=str(cell.value),
    )
    cell.font = _font(10, "FF1864AB", bold=True, underline="single")
    if place.filled is not None:
        kept = sheet.cell(row, KEPT_COLUMN)
        kept.value = f"{place.sheet}!{place.cell}"
        kept.data_type = "s"
        kept.fill = place.filled


def _write_figures(
    sheet: "Worksheet", row: int, submissions: Sequence[Mapping[str, Any]]
) -> None:
    from openpyxl.styles import Alignment

    for submission in submissions:
        if not submission["totals"]:
            continue
        title = " · ".join(
            str(part)
            for part in (
                submission["sheet"],
                submission["unit_code"],
                submission["period_code"],
            )
        )
        row += 1
        heading = text("receipt.figures")
        _heading_row(sheet, row, ("", f"{heading.vi} / {heading.en}: {title}"))
        for label, total in submission["totals"].items():
            row += 1
            write_text(sheet, row, 2, label)
            write_text(sheet, row, 6, f"{total:,}".replace(",", "."))
            sheet.cell(row, 6).alignment = Alignment(horizontal="right")
            for column in range(2, 7):
                sheet.cell(row, column).border = _rule()
                sheet.cell(row, column).font = _font(10)
        row += 1


def _say(sheet: "Worksheet", row: int, words: str, font: "Font", height: float) -> None:
    from openpyxl.styles import Alignment

    write_text(sheet, row, 1, words)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=_LAST)
    cell = sheet.cell(row, 1)
    cell.font = font
    cell.alignment = Alignment(vertical="center", wrap_text=True, indent=1)
    sheet.row_dimensions[row].height = height


def _heading_row(sheet: "Worksheet", row: int, words: Sequence[str]) -> None:
    from openpyxl.styles import PatternFill

    for column in range(1, _LAST + 1):
        cell = sheet.cell(row, column)
        if column <= len(words):
            write_text(sheet, row, column, words[column - 1])
        cell.fill = PatternFill("solid", fgColor="FFE7ECF2")
        cell.font = _font(10, bold=True)
        cell.alignment = _left(column, vertical="center", wrap_text=len(words) > 2)


def _both(name: str) -> str:
    words = text(name)
    return f"{words.vi}\n{words.en}"


def _height(words: str, letters: int) -> float:
    return (1 + len(words) // letters) * _LINE + 3


def _lines(value: str, width: int) -> int:
    """Return how many lines a text takes in a column, in letters a little too wide.

    That leaves room where another font is at hand.
    """
    letters = int(width * _LETTERS) - _PADDING
    return sum(len(wrap(line, letters)) or 1 for line in value.split("\n"))


def _left(column: int, *, vertical: str, wrap_text: bool) -> "Alignment":
    """Align a cell so that its text keeps clear of the one before."""
    from openpyxl.styles import Alignment

    return Alignment(
        horizontal="left",
        vertical=vertical,
        wrap_text=wrap_text,
        indent=int(column > 1),
    )


def _colour(receipt: Mapping[str, Any]) -> str:
    return _COLOURS.get(receipt["state"], _OTHER_COLOUR)


def _font(
    size: float,
    colour: str = "FF1C2430",
    *,
    bold: bool = False,
    underline: Literal["single"] | None = None,
) -> "Font":
    from openpyxl.styles import Font

    return Font(name="Arial", size=size, color=colour, bold=bold, underline=underline)


def _rule() -> "Border":
    from openpyxl.styles import Border, Side

    return Border(bottom=Side("thin", color="FFD9DEE5"))


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(column)
