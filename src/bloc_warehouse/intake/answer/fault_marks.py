"""Marks faulty cells in a workbook, and takes the marks of an earlier answer away."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bloc_warehouse.intake.answer.own_workbook import present_cells
from bloc_warehouse.intake.answer.value_copy import clean
from bloc_warehouse.intake.faults.catalogue import text
from bloc_warehouse.intake.parse.outside import position
from bloc_warehouse.intake.privacy.cell_notes import (
    SENDERS_NOTE,
    heading,
    is_ours,
    senders_note,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.styles.fills import Fill
    from openpyxl.worksheet.worksheet import Worksheet

MOST_NOTES = 1000
RESULT_SHEET = "Kết quả"
KEPT_COLUMN = 10
"""Column of the result sheet that keeps the looks that cells had before."""

_AUTHOR = "Đảng ủy Khối"
_FILLS = {"error": "FFFF9C9C", "warning": "FFFFC47A"}
_NOTE_WIDTH, _NOTE_HEIGHT, _LETTERS_A_LINE, _LINE_HEIGHT = 380, 60, 52, 17

Fault = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """The place of a fault in the workbook, and the cell's fill before."""

    sheet: str
    cell: str
    filled: "Fill | None" = None


def mark(
    book: "Workbook", faults: Sequence[Fault], titles: Mapping[str, str] | None = None
) -> list[Mark | None]:
    """Colour and comment every faulty cell.

    Args:
        book: The sender's workbook or a copy of its values.
        faults: In the order of the receipt.
        titles: Sheet as read → its title in the workbook, if they differ.

    Returns:
        The place of each fault; None if the workbook has no such place.
    """
    marks: list[Mark | None] = []
    notes: dict[tuple[str, str], list[Fault]] = defaultdict(list)
    for fault in faults:
        sheet = _sheet(book, fault, titles or {})
        cell = _cell(sheet, fault["cell"]) if sheet is not None else None
        if sheet is None or cell is None:
            marks.append(Mark(sheet.title, "A1") if sheet is not None else None)
            continue
        place = (sheet.title, cell.coordinate)
        marks.append(Mark(*place, None if place in notes else copy(cell.fill)))  # type: ignore[arg-type]
        notes[place].append(fault)
    for number, ((title, address), own) in enumerate(notes.items()):
        _colour(book[title][address], own)
        if number < MOST_NOTES:
            _comment(book[title][address], own)
    return marks


def unmark(book: "Workbook") -> None:
    """Take away what an earlier answer marked, when a sender sends that back."""
    result = next((sheet for sheet in book.worksheets if _is_result(sheet)), None)
    if result is None:
        return
    _restore_fills(book, result)
    _restore_notes(book)
    book.remove(result)


def _sheet(
    book: "Workbook", fault: Fault, titles: Mapping[str, str]
) -> "Worksheet | None":
    title = titles.get(fault["sheet"], fault["sheet"])
    return next((sheet for sheet in book.worksheets if sheet.title == title), None)


def _cell(sheet: "Worksheet", address: str | None) -> "Cell | None":
    place = position(address) if address else None
    if place is None or place[0] >= 1_048_576 or place[1] >= 16_384:
        return None
    row, column = place[0] + 1, place[1] + 1
    for merged in sheet.merged_cells.ranges:
        if (
            merged.min_row <= row <= merged.max_row
            and merged.min_col <= column <= merged.max_col
        ):
            row, column = merged.min_row, merged.min_col
            break
    return sheet.cell(row, column)  # type: ignore[return-value]


def _colour(cell: "Cell", faults: Sequence[Fault]) -> None:
    from openpyxl.styles import PatternFill

    is_error = any(fault["severity"] == "error" for fault in faults)
    colour = _FILLS["error" if is_error else "warning"]
    cell.fill = PatternFill("solid", fgColor=colour, bgColor=colour)


def _comment(cell: "Cell", faults: Sequence[Fault]) -> None:
    from openpyxl.comments import Comment

    own = cell.comment.text if cell.comment is not None else ""
    words = clean("\n\n".join([heading(), *map(_note, faults)]))[:8000]
    if own:
        words += SENDERS_NOTE + own
    lines = sum(1 + len(line) // _LETTERS_A_LINE for line in words.splitlines())
    height = _NOTE_HEIGHT + _LINE_HEIGHT * lines
    cell.comment = Comment(words, _AUTHOR, height=height, width=_NOTE_WIDTH)


def _note(fault: Fault) -> str:
    severity = text(f"severity.{fault['severity']}")
    name = " · ".join(filter(None, [fault["rule"] or fault["code"], fault.get("id")]))
    return f"{severity.vi} {name}: {fault['message_vi']}\n{fault['message_en']}"


def _is_result(sheet: "Worksheet") -> bool:
    return sheet.title == RESULT_SHEET and is_ours(str(sheet["A1"].value))


def _restore_fills(book: "Workbook", result: "Worksheet") -> None:
    for kept in present_cells(result):
        if kept.column != KEPT_COLUMN:
            continue
        title, _, address = str(kept.value or "").rpartition("!")
        if title in book.sheetnames and position(address):
            cell = _cell(book[title], address)
            if cell is not None:
                cell.fill = copy(kept.fill)  # type: ignore[assignment]


def _restore_notes(book: "Workbook") -> None:
    from openpyxl.comments import Comment

    for sheet in book.worksheets:
        for cell in present_cells(sheet):
            if cell.comment is not None and is_ours(cell.comment.text):
                own = senders_note(cell.comment.text)
                cell.comment = Comment(own, "") if own else None
