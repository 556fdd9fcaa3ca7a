"""Writes lists into a reference folder, as an operator would."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bloc_warehouse.reference.lists.shapes import SHAPES


def write_lists(folder: Path, **lists: Sequence[Mapping[str, Any]]) -> None:
    """Write lists, by name; columns that a line does not name are blank."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = {shape.name: list(shape.columns) for shape in SHAPES}
    for name, lines in lists.items():
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns[name])
            writer.writeheader()
            writer.writerows(lines)
