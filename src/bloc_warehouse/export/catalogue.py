"""The release's tables as the database's catalogue describes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import dict_row

from bloc_warehouse.sql import statement

SCHEMA = "marts"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``type`` is PostgreSQL's own name, e.g. ``numeric(9,4)``."""

    name: str
    type: str
    is_required: bool
    comment: str


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns that name the row of another table."""

    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the release, with its keys."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]


def readable_tables(connection: Connection) -> list[Table]:
    """Return the tables of the live release that the connection's role may read.

    A foreign key that leads out of the rows that the role sees is left out: for this
    reader it does not hold.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(statement("export/tables")).fetchall()
    return [_table(connection, row) for row in rows]


def title_and_text(comment: str) -> tuple[str, str]:
    """Split a comment, *Đảng viên cuối kỳ. Members at the end.*, by language.

    Returns:
        The Vietnamese title without its full stop, and the English text after it.
    """
    title, _, text = " ".join(comment.split()).partition(". ")
    return title.removesuffix("."), text


def _table(connection: Connection, row: Mapping[str, Any]) -> Table:
    name = row["table_name"]
    keys = (
        ForeignKey(tuple(key["columns"]), key["target"], tuple(key["target_columns"]))
        for key in row["foreign_keys"]
    )
    return Table(
        name=name,
        comment=row["description"],
        columns=tuple(
            Column(**{**column, "comment": column["comment"] or ""})
            for column in row["column_list"]
        ),
        primary_key=tuple(row["primary_key"]),
        foreign_keys=tuple(key for key in keys if _holds(connection, name, key)),
    )


def _holds(connection: Connection, table: str, key: ForeignKey) -> bool:
    """Tell whether each row that names another finds it among the rows seen."""
    own = _listed("own", key.columns)
    found = connection.execute(
        sql.SQL(
            "select exists (select from {table} as own"
            " where num_nulls({own}) = 0 and not exists (select from {target} as other"
            " where ({own}) = ({other})))"
        ).format(
            table=sql.Identifier(SCHEMA, table),
            target=sql.Identifier(SCHEMA, key.target),
            own=own,
            other=_listed("other", key.target_columns),
        )
    )
    return found.fetchone() == (False,)


def _listed(table: str, columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(table, column) for column in columns)
