"""What intake is compared with: reading alone, bare COPY, and a script with pandas."""

import csv
import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from psycopg import Connection, sql

from bloc_warehouse.database.connection import connect, sqlalchemy_url
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.parse.parsed import ParseContext
from bloc_warehouse.intake.parse_file import parse_file
from bloc_warehouse.intake.read.grid import column_index
from bloc_warehouse.settings import Settings

if TYPE_CHECKING:
    from pandas import DataFrame

Part = TypeVar("Part")
Seconds = TypeVar("Seconds", float, tuple[float, float])
Rows = Mapping[str, Sequence[tuple[Any, ...]]]
"""Raw table → its rows."""

SCHEMA = "bench"
_MOST_COLUMNS = 80


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a script finds a table: below its title, in these columns."""

    sheet: str
    table: str
    title: str
    first_row: int
    columns: Mapping[str, int]


def side_by_side(task: Callable[[Part], Seconds], parts: Sequence[Part]) -> Seconds:
    """Run a task on each part in a process of its own; return the longest seconds.

    Starting the processes and handing them their part is not counted.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(parts), mp_context=context) as pool:
        return max(pool.map(task, parts))


def read_alone(paths: Sequence[Path]) -> float:
    """Read every cell of files with calamine or csv; return the seconds."""
    from python_calamine import CalamineWorkbook

    start = time.perf_counter()
    for path in paths:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                list(csv.reader(file, delimiter=";"))
            continue
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return time.perf_counter() - start


def copied_rows(settings: Settings, senders: str) -> Rows:
    """Return the rows of raw that files of senders ``<senders>-…`` became."""
    tables = ["submissions", *load_registry().raw_tables()]
    query = (
        "select {table}.* from {table} where submission_id in ("
        "select submission_id from raw.submissions where unit_code like %s)"
    )
    with connect("ingest", settings=settings) as connection:
        return {
            table: connection.execute(
                sql.SQL(query).format(table=sql.Identifier("raw", table)),
                [f"{senders}-%"],
            ).fetchall()
            for table in tables
        }


def make_bare_tables(settings: Settings) -> None:
    """Make tables without keys and indexes for what is copied for comparison."""
    with connect("owner", settings=settings) as connection:
        schema = sql.Identifier(SCHEMA)
        connection.execute(
            sql.SQL("create schema {} authorization ingest").format(schema)
        )
        for table in ("submissions", *load_registry().raw_tables()):
            connection.execute("set local role ingest")
            connection.execute(
                sql.SQL("create table {} (like {})").format(
                    sql.Identifier(SCHEMA, table), sql.Identifier("raw", table)
                )
            )


def copy_bare(work: tuple[Settings, Rows]) -> float:
    """Copy rows into bare tables; return the seconds."""
    settings, rows = work
    with connect("ingest", settings=settings) as connection:
        start = time.perf_counter()
        for table, lines in rows.items():
            _copy(connection, table, lines)
        connection.commit()
        return time.perf_counter() - start


def _copy(connection: Connection, table: str, lines: Sequence[tuple[Any, ...]]) -> None:
    from psycopg.types.json import Jsonb

    copy = sql.SQL("copy {} from stdin").format(sql.Identifier(SCHEMA, table))
    with connection.cursor().copy(copy) as writer:
        for line in lines:
            writer.write_row(
                [Jsonb(value) if isinstance(value, dict) else value for value in line]
            )


def places_of(path: Path, context: ParseContext) -> list[TablePlace]:
    """Return the places of the forms' tables, as the script's author would."""
    parsed = parse_file(path.name, path.read_bytes(), None, context)
    below_title = 2 if path.suffix == ".csv" else 4  # rows of headings
    return [
        TablePlace(
            form.sheet,
            table.name,
            form.identity.form.table(table.name).title_vi,
            below_title,
            {name: column_index(letter) for name, letter in table.columns.items()},
        )
        for form in parsed.forms
        for table in form.tables
    ]


def load_by_script(
    work: tuple[Settings, Sequence[Path], Mapping[str, Sequence[TablePlace]]],
) -> tuple[float, float]:
    """Do what a user's script would: ``read_excel`` or ``read_csv``, then ``to_sql``.

    It checks nothing, keeps no version, answers nobody, and knows where each form's
    tables stand.

    Returns:
        Seconds by the clock, and of the processor, without the server's.
    """
    from sqlalchemy import create_engine

    settings, paths, places = work
    engine = create_engine(sqlalchemy_url("owner", settings))
    with engine.connect():
        pass
    start, cpu = time.perf_counter(), time.process_time()
    for path in paths:
        sheets = _sheets(path)
        for place in places[path.name]:
            rows = _table(sheets[place.sheet], place)
            rows.insert(0, "file", str(path))
            name = f"script_{place.table}"
            rows.to_sql(name, engine, schema=SCHEMA, if_exists="append", index=False)
    return time.perf_counter() - start, time.process_time() - cpu


def _sheets(path: Path) -> dict[str, "DataFrame"]:
    import pandas as pd

    if path.suffix == ".xlsx":
        return pd.read_excel(path, sheet_name=None, header=None, dtype=str)
    sheet = pd.read_csv(
        path,
        sep=";",
        header=None,
        names=list(range(_MOST_COLUMNS)),
        encoding="utf-8-sig",
        dtype=str,
        skip_blank_lines=False,
    )
    return {"CSV": sheet}


def _table(sheet: "DataFrame", place: TablePlace) -> "DataFrame":
    title_row = int((sheet[0] == place.title).to_numpy().argmax())
    below = sheet.iloc[title_row + place.first_row :, [*place.columns.values()]]
    blank = below.isna().all(axis=1).to_numpy()
    rows = below[: blank.argmax()] if blank.any() else below
    return rows.set_axis([*place.columns], axis=1)
