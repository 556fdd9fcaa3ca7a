"""A submission's figures, as read from its file or as loaded, and how two differ."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import dict_row

from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.parse.parsed import ParsedForm, ParsedRow, ParsedTable
from bloc_warehouse.intake.parse.values import ParsedValue

RowKey = tuple[ParsedValue, ...]
NOT_APPLICABLE = "x"


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row: its place, its measures' values, and what was said not to apply."""

    sheet_row: int
    values: Mapping[str, ParsedValue]
    not_applicable: frozenset[str]

    def stated(self, measure: str) -> ParsedValue:
        """Return what the row says of a measure: a value, ``x``, or None for blank."""
        value = self.values.get(measure)
        if value is None and measure in self.not_applicable:
            return NOT_APPLICABLE
        return value


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one submission.

    Attributes:
        sheet: The sheet that they are on.
        rows: Table → breakdown → row; of repeated breakdowns the first.
        letters: Table → measure → column letter.
    """

    sheet: str
    rows: Mapping[str, Mapping[RowKey, FigureRow]]
    letters: Mapping[str, Mapping[str, str]]

    def cell(self, table: str, key: RowKey, measure: str) -> str | None:
        """Return the address of a figure; None if the sheet has none for it."""
        row = self.rows.get(table, {}).get(key)
        letter = self.letters.get(table, {}).get(measure)
        return f"{letter}{row.sheet_row}" if row and letter else None


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that two versions of a return give differently."""

    table: str
    key: RowKey
    measure: str
    before: ParsedValue
    after: ParsedValue
    cell_before: str | None
    cell_after: str | None


def figures_of(registry: Registry, form: ParsedForm) -> Figures:
    """Return the figures of a form as read, save rows with a faulty breakdown."""
    rows: dict[str, dict[RowKey, FigureRow]] = {}
    for table in form.tables:
        rows[table.name] = {}
        for row in table.rows:
            key = row_key(registry, form, table, row)
            if key is not None:
                rows[table.name].setdefault(key, read_row(table, row))
    return Figures(
        form.sheet, rows, {table.name: table.columns for table in form.tables}
    )


def read_row(table: ParsedTable, row: ParsedRow) -> FigureRow:
    """Return a row as read; what its form version lacks is blank, not ``x``."""
    stated = frozenset(row.not_applicable) & frozenset(table.columns)
    return FigureRow(row.sheet_row, row.values, stated)


def row_key(
    registry: Registry, form: ParsedForm, table: ParsedTable, row: ParsedRow
) -> RowKey | None:
    """Return a row's breakdown; None when a part of it is missing or faulty."""
    own = form.identity.form.table(table.name).keys
    if any(column.name not in row.values for column in own):
        return None
    columns = registry.raw_tables()[table.name]  # a later version may know more keys
    return tuple(row.values.get(name) for name in columns if columns[name].is_key)


def loaded_figures(
    connection: Connection, registry: Registry, submission_ids: Sequence[int]
) -> dict[int, Figures]:
    """Return submission_id → figures for submissions that were loaded."""
    rows: dict[int, dict[str, dict[RowKey, FigureRow]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    if not submission_ids:
        return {}
    with connection.cursor(row_factory=dict_row) as cursor:
        registered = cursor.execute(
            "select submission_id, sheet, columns from raw.submissions"
            " where submission_id = any(%s)",
            [list(submission_ids)],
        ).fetchall()
        letters = {row["submission_id"]: row["columns"] for row in registered}
        for table, columns in registry.raw_tables().items():
            keys = [column.name for column in columns.values() if column.is_key]
            for row in cursor.execute(
                sql.SQL(
                    "select * from {} where submission_id = any(%s)"
                    " order by submission_id, sheet_row"
                ).format(sql.Identifier("raw", table)),
                [list(submission_ids)],
            ):
                key = tuple(row[name] for name in keys)
                columns_read = letters[row["submission_id"]].get(table, {})
                loaded = _loaded_row(row, columns_read)
                rows[row["submission_id"]][table].setdefault(key, loaded)
    return {
        row["submission_id"]: Figures(
            row["sheet"], rows[row["submission_id"]], row["columns"]
        )
        for row in registered
    }


def _loaded_row(row: dict[str, Any], columns: Collection[str]) -> FigureRow:
    values = {
        name: value
        for name, value in row.items()
        if name not in ("submission_id", "sheet", "sheet_row", "not_applicable")
    }
    return FigureRow(
        row["sheet_row"], values, frozenset(row["not_applicable"]) & set(columns)
    )


def differences(
    registry: Registry, before: Figures, after: Figures
) -> Iterator[Difference]:
    """Yield every figure that differs, in the order of the forms' columns."""
    for table, columns in registry.raw_tables().items():
        rows_before = before.rows.get(table, {})
        rows_after = after.rows.get(table, {})
        measures = [column.name for column in columns.values() if not column.is_key]
        for key in dict.fromkeys([*rows_before, *rows_after]):
            for measure in measures:
                old = _stated_value(rows_before.get(key), measure)
                new = _stated_value(rows_after.get(key), measure)
                if old != new:
                    yield Difference(
                        table,
                        key,
                        measure,
                        old,
                        new,
                        before.cell(table, key, measure),
                        after.cell(table, key, measure),
                    )


def _stated_value(row: FigureRow | None, measure: str) -> ParsedValue:
    return row.stated(measure) if row else None
