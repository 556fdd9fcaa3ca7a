"""What the fast reader hides in a sheet, whatever the file's type."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bloc_warehouse.intake.grid import (
    Cell,
    CellError,
    PercentCell,
    address,
    column_letter,
)
from bloc_warehouse.intake.limits import Limits, UnreadableFileError

NO_VALUE = "formula without a value"
_NUMBERS = (int, float)

Place = tuple[int, int]


@dataclass(slots=True)
class SheetMarks:
    """Marks of one sheet; rows and columns count from 0.

    Attributes:
        errors: Error cells, and formulas that have no stored value, with their text.
        percents: Cells whose number is shown as a percentage.
        notes: What is noted at cells (comments), the threads' too.
        fonts: Cells in a font from before Unicode, with its name. Only collected when
            the sheet's texts look as if.
    """

    errors: dict[Place, str] = field(default_factory=dict)
    percents: set[Place] = field(default_factory=set)
    fonts: dict[Place, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    notes: dict[Place, str] = field(default_factory=dict)


def apply_marks(rows: list[list[Cell]], marks: SheetMarks) -> None:
    """Put error cells and percentages into a grid; errors may lie past its end."""
    for (row, column), text in marks.errors.items():
        while len(rows) <= row:
            rows.append([])
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        rows[row][column] = CellError(text)
    for row, column in marks.percents:
        if row >= len(rows) or column >= len(rows[row]):
            continue
        value = rows[row][column]
        if isinstance(value, _NUMBERS) and not isinstance(value, bool):
            rows[row][column] = PercentCell(float(value))


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
