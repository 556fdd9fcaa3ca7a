"""A sheet as a grid of cells, however it was stored."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property

CellValue = str | int | float | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that shows an error or a formula without a stored value."""

    text: str


@dataclass(frozen=True, slots=True)
class PercentCell:
    """A number that its cell shows as a percentage: 0.7777 is 77,77 %."""

    fraction: float

    @property
    def percentage(self) -> Decimal:
        """What the cell shows, unrounded."""
        return Decimal(repr(self.fraction)) * 100


Cell = CellValue | CellError | PercentCell


@dataclass(frozen=True)
class Sheet:
    """One sheet; ``rows[0][0]`` is cell A1. Blank cells are None.

    Attributes:
        hidden_rows: Zero-based indices of rows that the sender does not see.
        hidden_columns: The same of columns.
        unseen: Cells whose format shows nothing of their number.
        is_hidden: Whether the whole sheet is hidden.
        notes: What is noted at cells, as far as it was looked for.
        legacy: Encoding of the old fonts that the texts were in, e.g. ``TCVN3``.
        merged: Cells that are merged: first row, first column, last row, last column.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_hidden: bool = False
    legacy: str = ""
    notes: Mapping[tuple[int, int], str] = field(default_factory=dict)
    unseen: Collection[tuple[int, int]] = frozenset()
    merged: Sequence[tuple[int, int, int, int]] = ()

    @cached_property
    def filled(self) -> Sequence[Sequence[tuple[int, Cell]]]:
        """Each row's cells that are not blank, with their columns: most are blank."""
        return [
            [(column, cell) for column, cell in enumerate(row) if cell is not None]
            for row in self.rows
        ]

    @cached_property
    def texts(self) -> Sequence[Sequence[tuple[int, str]]]:
        """Each row's cells that hold text, with their columns."""
        return [
            [(column, cell) for column, cell in row if isinstance(cell, str)]
            for row in self.filled
        ]

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


def column_index(letters: str) -> int:
    """Return the zero-based index of a column's letters: A → 0, AB → 27."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def address(row: int, column: int) -> str:
    """Return the address of zero-based indices, e.g. (11, 7) → H12."""
    return f"{column_letter(column)}{row + 1}"


def text_of(cell: Cell) -> str:
    """Return what the cell shows, as far as it is known; blank gives ``''``."""
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return cell.text
    if isinstance(cell, PercentCell):
        return f"{cell.percentage.normalize():f}%".replace(".", ",")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, (datetime, date)):
        return f"{cell.day:02d}/{cell.month:02d}/{cell.year:04d}"
    return str(cell)
