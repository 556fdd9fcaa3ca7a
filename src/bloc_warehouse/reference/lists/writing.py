"""Adds a line to a list, in the way in which the file is written already."""

import csv
import io
from collections.abc import Mapping

from bloc_warehouse.reference.lists.reading import decoded
from bloc_warehouse.reference.lists.shapes import Shape


def appended(shape: Shape, content: bytes, values: Mapping[str, str | None]) -> bytes:
    """Return a list's bytes with one more line; the others stay as they are.

    Args:
        shape: The list's.
        content: What its file holds; empty: there is none yet.
        values: Of the new line; columns that are not named are blank.
    """
    if not content:
        content = f"{','.join(shape.columns)}\n".encode()
    written = decoded(content)
    newline = "\r\n" if "\r\n" in written.text else "\n"
    line = io.StringIO()
    writer = csv.writer(line, delimiter=written.separator, lineterminator=newline)
    writer.writerow([values.get(name) or "" for name in written.header])
    before = written.text
    if not before.endswith(("\n", "\r")):
        before += newline
    return f"{before}{line.getvalue()}".encode(written.coding)
