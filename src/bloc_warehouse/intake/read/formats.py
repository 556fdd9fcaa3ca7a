"""What the fast reader hides in a sheet, whatever the file's type."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bloc_warehouse.intake.read.grid import Cell, address, column_letter
from bloc_warehouse.intake.read.limits import Limits, UnreadableFileError
from bloc_warehouse.intake.read.number_formats import is_shown, shown

NO_VALUE = "formula without a value"

Place = tuple[int, int]
Area = tuple[int, int, int, int]


@dataclass(slots=True)
class SheetFormats:
    """Formats of one sheet that calamine hides; rows and columns count from 0.

    Attributes:
        shown: What cells show if the fast reader may read something else:
            errors, formulas that have no stored value, percentages, dates, and numbers
            that look like dates.
        fonts: Cells in a font from before Unicode, with its name. Only collected when
            the sheet's texts look as if.
        unseen: Cells whose format shows nothing of their number.
        merged: Cells that are merged: first row, first column, last row, last column.
        notes: What is noted at cells (comments), the threads' too.
    """

    shown: dict[Place, Cell] = field(default_factory=dict)
    fonts: dict[Place, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    unseen: set[Place] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)
    notes: dict[Place, str] = field(default_factory=dict)


def apply_formats(rows: list[list[Cell]], formats: SheetFormats) -> None:
    """Put what cells show into a grid; an error may lie past its end."""
    for (row, column), cell in formats.shown.items():
        while len(rows) <= row:
            rows.append([])
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        rows[row][column] = cell


def note_number(
    formats: SheetFormats, place: Place, number: float, code: str, *, is_1904: bool
) -> None:
    """Note what a cell shows of its number under a number format."""
    formats.shown[place] = shown(number, code, is_1904=is_1904)
    if not is_shown(number, code):
        formats.unseen.add(place)


def check_extent(sheet: str, rows: int, columns: int, limits: Limits) -> None:
    """Refuse a sheet that reaches too far.

    Raises:
        UnreadableFileError: F109, with the far corner.
    """
    if rows <= limits.max_rows and columns <= limits.max_columns:
        return
    corner = address(max(rows - 1, 0), max(columns - 1, 0))
    limit = f"{limits.max_rows:,} × {column_letter(limits.max_columns - 1)}"
    raise UnreadableFileError("F109", f"{sheet}!{corner}", limit)


def trimmed(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Return rows as lists, without blank ones at the end; ``""`` becomes None."""
    grid: list[list[Cell]] = [
        [None if value == "" else value for value in row] for row in rows
    ]
    while grid and all(cell is None for cell in grid[-1]):
        grid.pop()
    return grid
