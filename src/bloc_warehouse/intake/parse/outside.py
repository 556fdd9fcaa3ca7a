"""The cells of a file that are no figures: everything around the tables."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bloc_warehouse.intake.read.grid import Cell, Sheet, column_index

_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")

Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class OutsideCells:
    """How many cells outside the tables' figures are what.

    Attributes:
        text: On a form's sheet, outside its figures.
        other_sheets: On sheets without a form.
        faulty: Named by a fault, blank or not; not among the others.
    """

    text: int = 0
    other_sheets: int = 0
    faulty: int = 0


def outside_cells(
    sheets: Sequence[Sheet],
    figures: Mapping[str, set[Position]],
    faulty: Iterable[tuple[str | None, str | None]],
) -> OutsideCells:
    """Count the cells around the figures.

    Args:
        sheets: The file as read.
        figures: Sheet with a form → zero-based places of its figures.
        faulty: Sheet and address of every error.
    """
    text = other_sheets = faulty_outside = 0
    places = _places(faulty)
    for sheet in sheets:
        inside = figures.get(sheet.name, set())
        wrong = {place for place in places if place[0] == sheet.name}
        outside = {place[1] for place in wrong} - inside
        held = sum(holds(cell) for row in sheet.filled for _, cell in row)
        around = held - _held_at(sheet, inside) - _held_at(sheet, outside)
        faulty_outside += len(outside)
        if sheet.name in figures:
            text += around
        else:
            other_sheets += around
    return OutsideCells(text, other_sheets, faulty_outside)


def holds(cell: Cell) -> bool:
    """Whether a cell holds something: white space alone is nothing."""
    return cell is not None and not (isinstance(cell, str) and not cell.strip())


def position(cell: str) -> Position | None:
    """Return the zero-based row and column of an address; None if it is none."""
    match = _ADDRESS.fullmatch(cell)
    return (int(match[2]) - 1, column_index(match[1])) if match else None


def _places(
    faulty: Iterable[tuple[str | None, str | None]],
) -> set[tuple[str, Position]]:
    found = set()
    for sheet, cell in faulty:
        place = position(cell) if cell else None
        if sheet is not None and place:
            found.add((sheet, place))
    return found


def _held_at(sheet: Sheet, positions: set[Position]) -> int:
    return sum(
        column < len(sheet.row(row)) and holds(sheet.row(row)[column])
        for row, column in positions
    )
