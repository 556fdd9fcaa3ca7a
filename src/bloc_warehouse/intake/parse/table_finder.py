"""Finds a form's tables in a sheet by their labels, never by row numbers.

Headers may have one to three levels, merged across and down, in any column order.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from bloc_warehouse.domain.vietnamese import fold
from bloc_warehouse.forms.aliases import known_labels
from bloc_warehouse.forms.breakdown import prints_breakdown
from bloc_warehouse.forms.model import Form, Table
from bloc_warehouse.intake.read.grid import Cell, CellError, PercentCell, Sheet

_HEADER_DEPTHS = (2, 1, 3)
_ENOUGH = 0.4  # of a table's columns must be found for the table to be there
_IGNORED_LABELS = frozenset({"", "stt", "tt", "so tt", "ghi chu", "so thu tu"})
_TOTAL = re.compile(
    r"(tong( so| cong)?|cong)"
    r"( chung| toan .*| trang.*| (cac )?(muc|phan|nhom) .*|( [ivx]+)+|( \d+)+)?"
)
_SIGNATURE = re.compile(
    r"^(nguoi lap|lap bieu|t m |tm |thu truong|noi nhan|chu y|ghi chu |bi thu$|"
    r"pho bi thu$|ky (ten|thay)|k t |nguoi kiem tra|xac nhan|thuong truc)"
    r"|(^|.* )ngay \d* ?thang \d* ?nam"
)
_FIGURE = re.compile(r"[-–—\d.,%xX\s]+")
_ROW_OF_FIGURES = 2  # a row with so many figures is no signature
_NUMBER_CELL = re.compile(r"\(?(\d{1,2}|[a-z])\)?")

fold_cached = lru_cache(maxsize=50_000)(fold)


@dataclass(frozen=True, slots=True)
class FoundTable:
    """The place of a table in a sheet; all indices are zero-based.

    Attributes:
        columns: Field → column index.
        repeated: Labels over a second column of the same field.
        unknown: Column index → label of columns that the form does not have.
        missing: Labels of the form's columns that the sheet does not have.
        rows: The indices of the rows with figures.
        totals: The indices of total lines, in the middle or at the end.
        end: The index of the first row below the table.
    """

    table: Table
    header_row: int
    columns: Mapping[str, int]
    repeated: Mapping[int, str]
    unknown: Mapping[int, str]
    missing: tuple[str, ...]
    rows: tuple[int, ...]
    totals: tuple[int, ...]
    end: int

    @property
    def header_rows(self) -> range:
        """The rows from the header's first to the one before the first figures."""
        return range(self.header_row, min((*self.rows, self.end)))


_Labels = Mapping[int, str]  # column → text, of one row


@dataclass(frozen=True, slots=True)
class _Header:
    first: int
    depth: int
    fields: Mapping[int, str]
    labels: Mapping[int, str]
    ignored: frozenset[int]

    @property
    def end(self) -> int:
        return self.first + self.depth

    @property
    def count(self) -> int:
        return len(set(self.fields.values()))

    @property
    def unknown(self) -> dict[int, str]:
        """Columns with labels that the form does not have."""
        return {
            column: label
            for column, label in self.labels.items()
            if column not in self.fields and column not in self.ignored
        }


@dataclass(slots=True)
class _Rows:
    """The rows below a header, sorted out."""

    figures: list[int]
    totals: list[int]
    end: int


def find_tables(sheet: Sheet, form: Form) -> dict[str, FoundTable]:
    """Return table name → its place, for those of the form's tables found."""
    labels = [_labels(row) for row in sheet.texts]
    headers = {
        table.name: header
        for table in form.tables
        if (header := _best_header(sheet, labels, table)) is not None
    }
    starts = sorted(header.first for header in headers.values())
    titles = {fold_cached(table.title_vi) for table in form.tables}
    found = {}
    for name, header in headers.items():
        later = [start for start in starts if start > header.first]
        stop = later[0] if later else len(sheet.rows)
        found[name] = _found(sheet, form.table(name), header, stop, titles)
    return found


@lru_cache(maxsize=50_000)
def starts_signature(text: str) -> bool:
    """Whether a cell begins the block of signatures and notes below the tables."""
    return bool(_SIGNATURE.match(fold_cached(text)))


def known_field(table: Table, path: Sequence[str]) -> str | None:
    """Return the field that a column's labels, its group first, surely lead to.

    A label under a group that is not the field's may be another group's namesake.
    """
    words = _words(table)
    field = words.field(path)
    whole = words.paths.get(fold_cached(" ".join(path)))
    group = words.groups[field] if field else ""
    is_under_own = all(fold_cached(part) == group for part in path[:-1])
    return field if field and (field == whole or is_under_own) else None


def is_ignored(table: Table, path: Sequence[str]) -> bool:
    """Whether a column's labels say that nobody reads it."""
    return _words(table).ignores(path)


def _labels(row: Sequence[tuple[int, str]]) -> dict[int, str]:
    return {column: label for column, text in row if (label := text.strip())}


@dataclass(frozen=True, slots=True)
class _Words:
    """A table's labels, folded.

    Attributes:
        paths: Label → field; a label that two fields share leads to neither.
        groups: Field → its group.
        group_labels: The groups.
        parts: Labels of which an alias is put together, group and column.
        ignored: What may stand over a column that nobody reads.
    """

    table: Table
    paths: Mapping[str, str]
    groups: Mapping[str, str]
    group_labels: frozenset[str]
    parts: frozenset[str]
    ignored: frozenset[str]

    def knows(self, label: str) -> bool:
        """Whether a label is one of the table's fields or groups."""
        folded = fold_cached(label)
        return any(
            folded in known for known in (self.paths, self.group_labels, self.parts)
        )

    def ignores(self, path: Sequence[str]) -> bool:
        """Whether a column's labels say that nobody reads it."""
        return any(
            fold_cached(" ".join(path[start:])) in self.ignored
            for start in range(len(path))
        )

    def field(self, path: Sequence[str]) -> str | None:
        """Return the field that a column's labels lead to, the longest path first."""
        for start in range(len(path)):
            field = self.paths.get(fold_cached(" ".join(path[start:])))
            if field:
                others = {fold_cached(part) for part in path[:start]}
                foreign = others & self.group_labels - {self.groups[field]}
                return None if foreign else field
        return None


_WORDS: dict[int, _Words] = {}  # by id, kept alive: hashing a table takes too long


def _words(table: Table) -> _Words:
    words = _WORDS.get(id(table))
    if words is None:
        groups = {column.name: fold(column.group_vi) for column in table.columns}
        labels = frozenset(groups.values()) - {""}
        words = _WORDS[id(table)] = _Words(
            table, _paths(table), groups, labels, _parts(table),
            _IGNORED_LABELS | {fold(label) for label in table.ignored_labels},
        )  # fmt: skip
    return words


def _parts(table: Table) -> frozenset[str]:
    """Return the labels that an alias such as *Tăng: Kết nạp mới* is made of."""
    aliases = [alias for column in table.columns for alias in column.aliases]
    return frozenset(
        folded
        for alias in (*aliases, *table.ignored_labels)
        if ":" in alias
        for part in alias.split(":")
        if (folded := fold(part))
    )


def _paths(table: Table) -> dict[str, str]:
    paths: dict[str, str | None] = {}
    for column in table.columns:
        for label in known_labels(column):
            taken = label in paths and paths[label] != column.name
            paths[label] = None if taken else column.name
    # a full path always beats another field's short label
    for column in table.columns:
        paths[fold(column.label_vi)] = column.name
    return {label: field for label, field in paths.items() if field}


def _best_header(
    sheet: Sheet, labels: Sequence[_Labels], table: Table
) -> _Header | None:
    best: _Header | None = None
    needed = max(2, ceil(_ENOUGH * len(table.columns)))
    words = _words(table)
    # titles above a header and figures below it have no label of the form, unless a
    # figure's row above the header has a value that is called like a column
    anchored = [
        any(map(words.knows, row.values())) and not _has_figures(sheet, at, words)
        for at, row in enumerate(labels)
    ]
    for first in range(len(labels)):
        for depth in _HEADER_DEPTHS:
            rows = labels[first : first + depth]
            is_framed = (
                len(rows) == depth and anchored[first] and anchored[first + depth - 1]
            )
            if not is_framed or sum(map(len, rows)) < needed:
                continue
            header = _header(rows, words, first)
            if header.count >= needed and (best is None or header.count > best.count):
                best = header
        if best is not None and best.count == len(table.columns):
            return best
    return best


def _has_figures(sheet: Sheet, index: int, words: _Words) -> bool:
    """Whether a row has so many figures that it is none of labels."""
    filled = sheet.filled[index]
    numbers = sum(isinstance(cell, (int, float, PercentCell)) for _, cell in filled)
    typed = sum(
        bool(_FIGURE.fullmatch(text)) and not words.knows(text)
        for _, text in sheet.texts[index]
    )
    return numbers >= _ROW_OF_FIGURES or 2 * (numbers + typed) >= len(filled)


def _header(rows: Sequence[_Labels], words: _Words, first: int) -> _Header:
    fields, labels = {}, {}
    ignored = set()
    for column, path in column_paths(rows).items():
        labels[column] = " ".join(path)
        field = words.field(path)
        if field:
            fields[column] = field
        elif words.ignores(path):
            ignored.add(column)
    return _Header(first, len(rows), fields, labels, frozenset(ignored))


def column_paths(rows: Sequence[Mapping[int, str]]) -> dict[int, list[str]]:
    """Return each column's labels in a header's rows, from its group downwards.

    Args:
        rows: Column → label of each row; a group stands over its first column.
    """
    above = [""] * len(rows)
    paths = {}
    for column in sorted(set().union(*rows)):
        lowest = 0
        for level, row in enumerate(rows):
            if part := row.get(column):
                lowest = level
                above[level:] = [part, *[""] * (len(rows) - level - 1)]
        paths[column] = [part for part in above[: lowest + 1] if part]
    return paths


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
    rows = _sorted_rows(sheet, header, columns, stop, titles, _filled(table, columns))
    return FoundTable(
        table=table,
        header_row=header.first,
        columns=columns,
        repeated=repeated,
        unknown=header.unknown,
        missing=tuple(
            column.label_vi for column in table.columns if column.name not in columns
        ),
        rows=tuple(rows.figures),
        totals=tuple(rows.totals),
        end=rows.end,
    )


def _sorted_rows(
    sheet: Sheet,
    header: _Header,
    columns: Mapping[str, int],
    stop: int,
    titles: set[str],
    filled: set[int],
) -> _Rows:
    rows = _Rows([], [], stop)
    printed = {_printed(sheet.texts[at]) for at in range(header.first, header.end)}
    is_below_header = True
    for index in range(header.end, stop):
        row = sheet.rows[index]
        if _ends_table(sheet, index, titles):
            rows.end = index
            break
        if _printed(sheet.texts[index]) in printed:
            is_below_header = True  # again, on a new page
            continue
        own = [row[column] for column in columns.values() if column < len(row)]
        is_numbering = is_below_header and _is_number_row(own)
        is_below_header = False
        if is_numbering:
            continue
        if _is_total(sheet.texts[index]):
            rows.totals.append(index)
        elif any(row[at] is not None for at in filled if at < len(row)):
            rows.figures.append(index)
    return rows


def _ends_table(sheet: Sheet, index: int, titles: set[str]) -> bool:
    texts = [text for _, text in sheet.texts[index]]
    if len(texts) == 1 and fold_cached(texts[0]) in titles:
        return True
    words = sum(not _FIGURE.fullmatch(text) for text in texts)
    figures = len(sheet.filled[index]) - words
    return figures < _ROW_OF_FIGURES and any(starts_signature(text) for text in texts)


def _printed(row: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """Return what a row says in words, to know the header when it is printed again."""
    words = tuple(folded for _, text in row if (folded := fold_cached(text)))
    return words or (str(id(row)),)


def _filled(table: Table, columns: Mapping[str, int]) -> set[int]:
    """Return the columns one of which is filled in every row that counts.

    If the form prints the breakdown, a row without a figure was not used.
    """
    if table.rows != "fixed" and prints_breakdown(table):
        return {
            columns[measure.name]
            for measure in table.measures
            if measure.name in columns
        }
    return set(columns.values())


def _is_total(row: Sequence[tuple[int, str]]) -> bool:
    first = row[0][1] if row else ""
    return bool(_TOTAL.fullmatch(fold_cached(first)))


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
