"""The lists in force as tables of schema ``reference``, which dbt reads as sources.

Beside the lists are those derived from them: units' spans and successions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields

from psycopg import Connection, sql

from bloc_warehouse.domain.units import Span, Succession
from bloc_warehouse.reference.lists.folder import as_csv
from bloc_warehouse.reference.lists.shapes import SHAPES
from bloc_warehouse.reference.register import Rows, history_of

SCHEMA = "reference"

_DERIVED: Mapping[str, type[Span | Succession]] = {
    "ref_unit_spans": Span,
    "ref_unit_successions": Succession,
}
COLUMNS: Mapping[str, Sequence[str]] = {
    **{shape.name: tuple(shape.columns) for shape in SHAPES if shape.is_table},
    **{name: [field.name for field in fields(kind)] for name, kind in _DERIVED.items()},
}


def write_tables(connection: Connection, rows: Rows, application_id: int) -> None:
    """Replace the rows of all tables; the caller commits, and lets no build run.

    Args:
        connection: As ``ingest``, which owns the tables.
        rows: All lists' lines, by list.
        application_id: Which application they are of.
    """
    copy_tables(connection, rows, lambda name: sql.Identifier(SCHEMA, name))
    connection.execute("delete from reference.lists_loaded")
    connection.execute(
        "insert into reference.lists_loaded (application_id) values (%s)",
        [application_id],
    )


def loaded_application(connection: Connection) -> int | None:
    """Return which application the tables are of; None: of none that is known."""
    found = connection.execute(
        "select application_id from reference.lists_loaded"
    ).fetchone()
    return found[0] if found else None


def copy_tables(
    connection: Connection, rows: Rows, table_of: Callable[[str], sql.Identifier]
) -> None:
    """Fill a table for each list and what follows from them; ``table_of`` names it."""
    for name, lines in _lines(rows).items():
        table = table_of(name)
        connection.execute(sql.SQL("delete from {}").format(table))
        _copy(connection, table, as_csv(COLUMNS[name], lines))
        connection.execute(sql.SQL("analyze {}").format(table))


def _lines(rows: Rows) -> dict[str, Sequence[Mapping[str, object]]]:
    history = history_of(rows)
    return {name: rows.get(name, ()) for name in COLUMNS} | {
        "ref_unit_spans": [asdict(span) for span in history.spans],
        "ref_unit_successions": [
            asdict(lived_version) for lived_version in history.successions
        ],
    }


def _copy(connection: Connection, table: sql.Identifier, text: str) -> None:
    header = text.partition("\n")[0].split(",")
    columns = sql.SQL(", ").join(map(sql.Identifier, header))
    statement = sql.SQL("copy {} ({}) from stdin (format csv, header)")
    with connection.cursor().copy(statement.format(table, columns)) as copy:
        copy.write(text)
