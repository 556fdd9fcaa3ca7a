"""The reference folder's lists, as they lie there now."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bloc_warehouse.reference.lists.faults import ListFault
from bloc_warehouse.reference.lists.reading import ReadList, Values, read_list
from bloc_warehouse.reference.lists.shapes import SHAPES


@dataclass(frozen=True, slots=True)
class Folder:
    """What was read; a list without a file is not among ``lists``."""

    lists: Mapping[str, ReadList]

    @property
    def faults(self) -> list[ListFault]:
        """What could not be read, list by list."""
        return [fault for read in self.lists.values() for fault in read.faults]

    @property
    def rows(self) -> dict[str, list[Values]]:
        """Each list's lines."""
        return {
            name: [line.values for line in read.lines]
            for name, read in self.lists.items()
        }


def read_folder(folder: Path) -> Folder:
    """Read every list that a reference folder holds."""
    return Folder(
        {
            shape.name: read_list(shape, path.read_bytes())
            for shape in SHAPES
            if (path := folder / shape.file_name).is_file()
        }
    )


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Write rows as a list is written: commas, one header."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()
