"""What is wrong in a list, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bloc_warehouse.domain.counting import counted
from bloc_warehouse.errors import SetupError

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ListFault:
    """One fault in one place.

    Attributes:
        file: Name of the list's file.
        line: Its line, as an editor counts; 0 is the file as a whole.
        column: The column's name, empty for the line as a whole.
        rule: The rule's name.
        message: What is wrong.
        remedy: What to do.
    """

    file: str
    line: int
    column: str
    rule: str
    message: str
    remedy: str

    def __str__(self) -> str:
        """Say it in one line."""
        place = f"{self.file}, line {self.line}" if self.line else self.file
        column = f", {self.column}" if self.column else ""
        return f"{place}{column}: {self.message}; {self.remedy} [{self.rule}]"


class ReferenceListError(SetupError):
    """The reference folder's lists are at fault; what was applied stays in force.

    Attributes:
        faults: All of them.
    """

    def __init__(self, faults: Sequence[ListFault]) -> None:
        self.faults = tuple(faults)
        shown = "; ".join(map(str, faults[:_SHOWN]))
        more = (
            f" … {counted(len(faults), 'fault')} in all" if len(faults) > _SHOWN else ""
        )
        super().__init__(f"{shown}{more} (`bloc reference check` shows all)")
