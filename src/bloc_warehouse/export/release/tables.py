"""Copies tables into Parquet files, streaming: no table is ever whole in memory.

PostgreSQL writes CSV faster than any driver makes rows of Python's, and pyarrow reads
it into columns of the types that are asked for.
"""

import io
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import Connection, Copy, sql

from bloc_warehouse.errors import SetupError
from bloc_warehouse.export.catalogue import SCHEMA, Column, Table
from bloc_warehouse.export.release.column_types import LIST_DELIMITER, column_type

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.csv import CSVStreamingReader

_BLOCK = 16 * 1024 * 1024  # bytes of CSV that become one row group


class NoParquetError(SetupError):
    """The library that writes Parquet is not installed."""


def require_parquet() -> None:
    """See to it that Parquet can be written, before anything is read.

    Raises:
        NoParquetError: It cannot.
    """
    if find_spec("pyarrow") is None:
        raise NoParquetError(
            "writing Parquet needs pyarrow: pip install 'bloc-warehouse[parquet]'"
        )


def write_table(connection: Connection, table: Table, target: Path) -> int:
    """Write a table's rows, in the order of its primary key; return how many."""
    import pyarrow.parquet as pq

    schema = arrow_schema(table.columns)
    rows = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(_query(table)) as copy,
        pq.ParquetWriter(target, schema) as writer,
    ):
        for batch in _read_csv(copy, schema):
            writer.write_batch(batch.cast(schema))
            rows += batch.num_rows
    return rows


def arrow_schema(columns: Sequence[Column]) -> "pa.Schema":
    """Return the columns with their types, and what they mean beside each."""
    import pyarrow as pa

    return pa.schema(
        [
            pa.field(
                column.name,
                column_type(column.type).to_arrow(),
                nullable=not column.is_required,
                metadata={"comment": column.comment} if column.comment else None,
            )
            for column in columns
        ]
    )


def _query(table: Table) -> sql.Composed:
    order = sql.SQL(" order by {}").format(
        sql.SQL(", ").join(map(sql.Identifier, table.primary_key))
    )
    return sql.SQL(
        "copy (select {columns} from {table}{order}) to stdout (format csv, header)"
    ).format(
        columns=sql.SQL(", ").join(map(_written, table.columns)),
        table=sql.Identifier(SCHEMA, table.name),
        order=order if table.primary_key else sql.SQL(""),
    )


def _written(column: Column) -> sql.Composable:
    name = sql.Identifier(column.name)
    if column.type.endswith("[]"):
        return sql.SQL("array_to_string({}, {}) as {}").format(
            name, sql.Literal(LIST_DELIMITER), name
        )
    return name


def _read_csv(copy: Copy, schema: "pa.Schema") -> "CSVStreamingReader":
    from pyarrow import csv

    return csv.open_csv(
        io.BufferedReader(_Stream(iter(copy)), _BLOCK),
        read_options=csv.ReadOptions(block_size=_BLOCK),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=schema,
            # PostgreSQL writes null as nothing, and an empty text in quotes
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )


class _Stream(io.RawIOBase):
    """What PostgreSQL sends, as a file to read."""

    def __init__(self, parts: Iterator[bytes | bytearray | memoryview]) -> None:
        super().__init__()
        self._parts = parts
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = memoryview(next(self._parts, b""))
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
