"""Sends corrections of returns that are already in the warehouse, as a unit would.

A correction is the current return, read back from raw, with some figures changed, as
a new workbook with the next number.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import dict_row

from bloc_warehouse.database.connection import connect
from bloc_warehouse.forms.filled import FilledForm, Header
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.forms.template import write_workbook
from bloc_warehouse.settings import Settings

Rows = dict[str, list[dict[str, Any]]]
Edit = Callable[[Rows], None]


@dataclass(frozen=True, slots=True)
class Return:
    """One unit's return: which form, for which period."""

    unit_code: str
    form: str
    period_code: str


def correct(settings: Settings, edits: Sequence[tuple[Return, Edit]]) -> list[Path]:
    """Write corrections into landing: one workbook a unit and period.

    Returns:
        The files written.
    """
    together: dict[tuple[str, str], list[tuple[Return, Edit]]] = {}
    for sent, edit in edits:
        together.setdefault((sent.unit_code, sent.period_code), []).append((sent, edit))
    paths = []
    with connect("ingest", settings=settings) as connection:
        for (unit_code, period_code), parts in together.items():
            forms = [_corrected(connection, original, edit) for original, edit in parts]
            buffer = io.BytesIO()
            write_workbook(buffer, forms, template=False)
            folder = settings.landing_dir / unit_code
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"correction-{period_code}-{len(paths)}.xlsx"
            path.write_bytes(buffer.getvalue())
            paths.append(path)
    return paths


def add(table: str, deltas: Mapping[str, int], **where: object) -> Edit:
    """Return an edit that adds to figures of the first row that fits ``where``."""

    def edit(rows: Rows) -> None:
        row = next(
            row
            for row in rows[table]
            if all(row[name] == value for name, value in where.items())
        )
        for name, delta in deltas.items():
            row[name] = (row[name] or 0) + delta

    return edit


def current_rows(connection: Connection, sent: Return) -> Rows:
    """Return what the current version of a return says, table by table."""
    submission_id, version, _ = _current(connection, sent)
    rows: Rows = {}
    for table in load_registry().form(sent.form, version).tables:
        columns = sql.SQL(", ").join(
            sql.Identifier(column.name) for column in table.columns
        )
        with connection.cursor(row_factory=dict_row) as cursor:
            rows[table.name] = cursor.execute(
                sql.SQL(
                    "select {} from {} where submission_id = %s order by sheet_row"
                ).format(columns, sql.Identifier("raw", table.name)),
                [submission_id],
            ).fetchall()
    return rows


def _corrected(connection: Connection, sent: Return, edit: Edit) -> FilledForm:
    _, version, number = _current(connection, sent)
    rows = current_rows(connection, sent)
    edit(rows)
    header = Header(
        unit_code=sent.unit_code,
        unit_name="",
        bloc_name="",
        period_code=sent.period_code,
        basis="cumulative",
        submission_no=number + 1,
    )
    form = load_registry().form(sent.form, version)
    return FilledForm(form=form, header=header, rows=rows)


def _current(connection: Connection, sent: Return) -> tuple[int, int, int]:
    row = connection.execute(
        "select submission_id, form_version, submission_no from raw.submissions"
        " where unit_code = %s and form = %s and period_code = %s"
        " and state = 'accepted'",
        [sent.unit_code, sent.form, sent.period_code],
    ).fetchone()
    if row is None:
        raise LookupError(f"{sent} has no accepted version")
    return row
