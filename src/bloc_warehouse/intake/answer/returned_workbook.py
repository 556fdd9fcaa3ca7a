"""The workbook that answers a sender: their own with every fault marked, or a copy."""

import logging
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.answer.fault_marks import (
    MOST_NOTES,
    RESULT_SHEET,
    mark,
    unmark,
)
from bloc_warehouse.intake.answer.own_workbook import (
    MOST_CELLS,
    UnusableWorkbookError,
    open_own,
)
from bloc_warehouse.intake.answer.result_sheet import add_result_sheet
from bloc_warehouse.intake.answer.value_copy import copy_values
from bloc_warehouse.intake.faults.catalogue import Text, text
from bloc_warehouse.intake.parse.parsed import ParseContext, is_personal
from bloc_warehouse.intake.parse.unit_directory import Reference
from bloc_warehouse.intake.read.grid import Sheet
from bloc_warehouse.intake.read.limits import Limits, UnreadableFileError
from bloc_warehouse.intake.read.read import WORKBOOK_TYPES, read_sheets

if TYPE_CHECKING:
    from openpyxl import Workbook

logger = logging.getLogger(__name__)

_UNPACKED = 10
"""How much larger than the file its parts may be."""

_FILE, _TOO_MANY_FAULTS = "F", "F113"


def can_be_returned(receipt: Mapping[str, Any], max_bytes: int) -> bool:
    """Whether a file is answered by a workbook.

    A file without faults needs none; one that could not be opened safely, one that is
    too large and one with personal data must not go back.
    """
    faults = receipt["faults"]
    return (
        bool(faults)
        and PurePath(receipt["file_name"]).suffix.lower() in WORKBOOK_TYPES
        and receipt["byte_size"] <= max_bytes
        and not any(map(_forbids_return, faults))
    )


def returned_workbook(
    receipt: Mapping[str, Any], content: bytes, *, max_bytes: int
) -> bytes:
    """Return the sender's workbook with every fault marked and listed.

    Args:
        receipt: The answer, as for machines and with its texts.
        content: The file as sent.
        max_bytes: The largest file that is marked.

    Raises:
        UnusableWorkbookError: Neither can it be opened again nor copied.
    """
    book, titles, notes = _opened(receipt["file_name"], content, max_bytes * _UNPACKED)
    advice = receipt["advice"]
    if receipt["state"] == "rejected":
        advice = [text(f"advice.rejected.{'copy' if titles else 'workbook'}")]
    if len(receipt["faults"]) > MOST_NOTES:
        notes.append(text("workbook.notes", number=f"{MOST_NOTES:,}".replace(",", ".")))
    marks = mark(book, receipt["faults"], titles)
    add_result_sheet(book, {**receipt, "advice": advice}, marks, notes)
    return _saved(book)


def _forbids_return(fault: Mapping[str, Any]) -> bool:
    code = fault["code"]
    is_unread = code.startswith(_FILE) and code != _TOO_MANY_FAULTS
    return is_personal(code) or (is_unread and fault["severity"] == "error")


def _opened(
    name: str, content: bytes, limit: int
) -> tuple["Workbook", Mapping[str, str], list[Text]]:
    """Open the sender's workbook, else copy its values; say what was not kept."""
    ending = PurePath(name).suffix.lower()
    if ending in (".xlsx", ".xlsm"):
        try:
            book, is_changed = open_own(content, max_unpacked_bytes=limit)
        except UnusableWorkbookError as error:
            logger.info("%s is answered by a copy of its values: %s", name, error)
        else:
            unmark(book)
            notes = [text("workbook.no_macros")] if ending == ".xlsm" else []
            return book, {}, notes + [text("workbook.values")] * is_changed
    sheets = _read(name, content, limit)
    copied, titles = copy_values(
        [sheet for sheet in sheets if sheet.name != RESULT_SHEET]
    )
    return copied, titles, [text("workbook.copy", ending=ending)]


def _read(name: str, content: bytes, limit: int) -> list[Sheet]:
    try:
        sheets = read_sheets(
            name, content, Limits(max_unpacked_bytes=limit), _vocabulary()
        )
    except UnreadableFileError as error:
        raise UnusableWorkbookError(str(error)) from error
    if sum(len(row) for sheet in sheets for row in sheet.rows) > MOST_CELLS:
        raise UnusableWorkbookError("too many cells to copy")
    return sheets


@cache
def _vocabulary() -> frozenset[str]:
    return ParseContext(load_registry(), Reference((), ())).vocabulary


def _saved(book: "Workbook") -> bytes:
    if book.calculation is not None:
        book.calculation.fullCalcOnLoad = True
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()
