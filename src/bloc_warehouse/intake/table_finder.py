"""Finds a form's tables in a sheet by their labels, never by row numbers.

Headers may have one to three levels, merged across and down, in any column order.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil

from bloc_warehouse.forms.breakdown import prints_breakdown
from bloc_warehouse.forms.model import Form, Table
from bloc_warehouse.intake.grid import Cell, CellError, Sheet
from bloc_warehouse.vietnamese import fold

_HEADER_DEPTHS = (2, 1, 3)
_ENOUGH = 0.4  # of a table's columns must be found for the table to be there
_IGNORED_LABELS = {"", "stt", "tt", "so tt", "ghi chu", "so thu tu"}
_TOTAL_LABELS = {"tong cong", "tong so", "cong", "tong"}
_END_WORDS = re.compile(
    r"^(nguoi lap|t m |tm |thu truong|noi nhan|chu y|ghi chu |ngay \d|.*, ngay \d)"
)
_NUMBER_CELL = re.compile(r"\(?(\d{1,2}|[a-z])\)?")

fold_cached = lru_cache(maxsize=50_000)(fold)


@dataclass(frozen=True, slots=True)
class FoundTable:
    """Where a table stands in a sheet; all indices are zero-based.

    Attributes:
        columns: Field → column index.
        repeated: Labels that stand over a second column of the same field.
        unknown: Column index → label of columns that the form does not have.
        missing: Labels of the form's columns that the sheet does not have.
        rows: The indices of the rows with figures.
    """

    table: Table
    header_row: int
    columns: Mapping[str, int]
    repeated: Mapping[int, str]
    unknown: Mapping[int, str]
    missing: tuple[str, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    first: int
    depth: int
    fields: Mapping[int, str]
    labels: Mapping[int, str]

    @property
    def end(self) -> int:
        return self.first + self.depth


def find_tables(sheet: Sheet, form: Form) -> dict[str, FoundTable]:
    """Return table name → where it stands, for those of the form's tables found."""
    headers = {
        table.name: header
        for table in form.tables
        if (header := _best_header(sheet, table)) is not None
    }
    starts = sorted(header.first for header in headers.values())
    titles = {fold_cached(table.title_vi) for table in form.tables}
    found = {}
    for name, header in headers.items():
        later = [start for start in starts if start > header.first]
        stop = later[0] if later else len(sheet.rows)
        found[name] = _found(sheet, form.table(name), header, stop, titles)
    return found


@cache
def _paths(table: Table) -> dict[str, str]:
    """Folded label → field; a label that two fields share leads to neither."""
    paths: dict[str, str | None] = {}
    for column in table.columns:
        names = (column.short_vi, *column.aliases)
        labels = {fold(name) for name in names} | {fold(column.name)}
        labels |= {fold(f"{column.group_vi} {name}") for name in names}
        for label in labels:
            taken = label in paths and paths[label] != column.name
            paths[label] = None if taken else column.name
    # a full path always beats another field's short label
    for column in table.columns:
        paths[fold(column.label_vi)] = column.name
    return {label: field for label, field in paths.items() if field}


def _best_header(sheet: Sheet, table: Table) -> _Header | None:
    best: _Header | None = None
    needed = max(2, ceil(_ENOUGH * len(table.columns)))
    paths = _paths(table)
    for first in range(len(sheet.rows)):
        if not any(isinstance(cell, str) for cell in sheet.rows[first]):
            continue
        for depth in _HEADER_DEPTHS:
            if first + depth > len(sheet.rows):
                continue
            header = _header(sheet, paths, first, depth)
            count = len(set(header.fields.values()))
            if count >= needed and (
                best is None or count > len(set(best.fields.values()))
            ):
                best = header
    return best


def _header(sheet: Sheet, paths: Mapping[str, str], first: int, depth: int) -> _Header:
    rows = [sheet.rows[first + level] for level in range(depth)]
    width = max(len(row) for row in rows)
    above: list[str] = [""] * depth
    fields, labels = {}, {}
    for column in range(width):
        parts = [_label(row, column) for row in rows]
        for level, part in enumerate(parts):
            if part:
                above[level] = part
                above[level + 1 :] = [""] * (depth - level - 1)
        own = [part for part in parts if part]
        if not own:
            continue
        lowest = max(level for level, part in enumerate(parts) if part)
        full = " ".join(part for part in above[: lowest + 1] if part)
        field = paths.get(fold_cached(full)) or paths.get(fold_cached(own[-1]))
        if field:
            fields[column] = field
        elif fold_cached(own[-1]) in _IGNORED_LABELS:
            continue  # whatever stands above it, a table's title for one
        labels[column] = full
    return _Header(first, depth, fields, labels)


def _label(row: Sequence[Cell], column: int) -> str:
    cell = row[column] if column < len(row) else None
    return cell.strip() if isinstance(cell, str) else ""


def _found(
    sheet: Sheet, table: Table, header: _Header, stop: int, titles: set[str]
) -> FoundTable:
    columns: dict[str, int] = {}
    repeated: dict[int, str] = {}
    for index, field in header.fields.items():
        if field in columns:
            repeated[index] = header.labels[index]
        else:
            columns[field] = index
    unknown = {
        index: label
        for index, label in header.labels.items()
        if index not in header.fields
    }
    return FoundTable(
        table=table,
        header_row=header.first,
        columns=columns,
        repeated=repeated,
        unknown=unknown,
        missing=tuple(
            column.label_vi for column in table.columns if column.name not in columns
        ),
        rows=tuple(
            _data_rows(sheet, header, columns, stop, titles, _filled(table, columns))
        ),
    )


def _data_rows(
    sheet: Sheet,
    header: _Header,
    columns: Mapping[str, int],
    stop: int,
    titles: set[str],
    filled: set[int],
) -> list[int]:
    rows = []
    for index in range(header.end, stop):
        row = sheet.rows[index]
        texts = [cell for cell in row if isinstance(cell, str)]
        if any(_END_WORDS.match(fold_cached(text)) for text in texts):
            break
        if len(texts) == 1 and fold_cached(texts[0]) in titles:
            break
        own = [row[column] for column in columns.values() if column < len(row)]
        if all(row[at] is None for at in filled if at < len(row)) or _is_total(row):
            continue
        if index == header.end and _is_number_row(own):
            continue
        rows.append(index)
    return rows


def _filled(table: Table, columns: Mapping[str, int]) -> set[int]:
    """Return the columns one of which is filled in every row that counts.

    Where the form prints the breakdown, a row without a figure was not used.
    """
    if table.rows != "fixed" and prints_breakdown(table):
        return {columns[one.name] for one in table.measures if one.name in columns}
    return set(columns.values())


def _is_total(row: Sequence[Cell]) -> bool:
    first = next((cell for cell in row if cell is not None), None)
    return isinstance(first, str) and fold_cached(first) in _TOTAL_LABELS


def _is_number_row(cells: Sequence[Cell]) -> bool:
    """Whether the row only numbers the columns: (1) (2) (3), A B 1 2, 1 2 3."""
    if any(cell is None or isinstance(cell, CellError) for cell in cells):
        return False
    texts = [
        str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        for cell in cells
    ]
    matches = [_NUMBER_CELL.fullmatch(text.strip().lower()) for text in texts]
    if not all(matches):
        return False
    numbers = [match[1] for match in matches if match]
    return len(set(numbers)) == len(numbers) and (
        any("(" in text for text in texts) or _counts_up(numbers)
    )


def _counts_up(numbers: Sequence[str]) -> bool:
    digits = sorted(int(number) for number in numbers if number.isdigit())
    return digits == list(range(1, len(digits) + 1)) and len(digits) > 1
