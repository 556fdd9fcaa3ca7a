"""A sheet as a grid of cells, however it was stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

CellValue = str | int | float | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that shows an error or a formula without a stored value."""

    text: str


Cell = CellValue | CellError


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; ``rows[0][0]`` is cell A1. Blank cells are None."""

    name: str
    rows: Sequence[Sequence[Cell]]

    def row(self, index: int) -> Sequence[Cell]:
        """Return the row with this zero-based index; empty past the end."""
        return self.rows[index] if index < len(self.rows) else ()


def column_letter(index: int) -> str:
    """Return the letters of a zero-based column index: 0 → A, 27 → AB."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Return the address of zero-based indices, e.g. (11, 7) → H12."""
    return f"{column_letter(column)}{row + 1}"


def text_of(cell: Cell) -> str:
    """Return what the cell shows, as far as it is known; blank gives ``''``."""
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return cell.text
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return str(cell)
