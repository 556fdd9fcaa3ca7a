"""Checks the reference folder's lists, each alone and all against each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bloc_warehouse.domain.counting import counted
from bloc_warehouse.reference.lists.faults import ListFault
from bloc_warehouse.reference.lists.folder import Folder
from bloc_warehouse.reference.lists.reading import Values
from bloc_warehouse.reference.lists.shapes import SHAPES
from bloc_warehouse.reference.rules import check_rules


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows that the folder would put in force, and what prevents it."""

    rows: Mapping[str, Sequence[Values]]
    faults: Sequence[ListFault]


def check(folder: Folder, applied: Mapping[str, Sequence[Values]]) -> Checked:
    """Check a folder against itself and against what is in force.

    Args:
        folder: What was read.
        applied: The lines in force, by list.
    """
    faults = [*_missing(folder, applied), *folder.faults]
    if not any(fault.rule == "columns" for fault in faults):
        faults += check_rules(folder.lists)
    places = {shape.file_name: place for place, shape in enumerate(SHAPES)}
    faults.sort(key=lambda fault: (places[fault.file], fault.line, fault.column))
    return Checked(folder.rows, faults)


def _missing(
    folder: Folder, applied: Mapping[str, Sequence[Values]]
) -> Iterator[ListFault]:
    """A list that vanished is a slip; an empty one keeps its header."""
    for shape in SHAPES:
        if applied.get(shape.name) and shape.name not in folder.lists:
            yield ListFault(
                shape.file_name, 0, "", "file_missing",
                "the file is missing; "
                + counted(
                    len(applied[shape.name]), "line is applied", "lines are applied"
                ),
                "put it back; to empty the list, leave its header only",
            )  # fmt: skip
