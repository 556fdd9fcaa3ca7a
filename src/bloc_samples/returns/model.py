"""A return as a sender has filled it in, before it becomes a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

CellValue = int | Decimal | str | None
Row = Mapping[str, CellValue]
Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Return:
    """One form of one sender and period.

    ``rows`` is table → rows; a correction has a higher ``number``.
    """

    unit_code: str
    unit_name: str
    bloc_code: str
    form: str
    period: str
    received: date
    rows: Rows
    number: int = 1


@dataclass(frozen=True, slots=True)
class Clerk:
    """How whoever fills in a unit's forms treats what has not happened.

    Attributes:
        leaves_blanks: Optional columns are left blank instead of a zero.
        cuts_percent: Shares are cut to two digits instead of rounded.
    """

    leaves_blanks: bool
    cuts_percent: bool

    def optional(self, value: int) -> int | None:
        """Return what the clerk writes into an optional column."""
        return None if self.leaves_blanks and not value else value
