"""Keeps blocked blocs' live rows in the marts, while the others are updated.

Rows belong to a bloc by ``bloc_code``. The new rows of a blocked bloc are set aside in
``marts_blocked``, so that an override can publish them without another build.
"""

from collections.abc import Iterator, Sequence

from psycopg import Connection, sql

_KEPT_BACK = "marts_blocked"


def blocs_in(connection: Connection, schema: str) -> set[str]:
    """Return the blocs of the units in a release."""
    if not _columns(connection, schema, "dim_units"):
        return set()
    rows = connection.execute(
        sql.SQL("select distinct bloc_code from {}").format(
            sql.Identifier(schema, "dim_units")
        )
    )
    return {bloc for (bloc,) in rows}


def keep_live_rows(connection: Connection, blocs: Sequence[str]) -> None:
    """Copy some blocs' live rows into the candidate, before it is rotated.

    If nothing is live, the blocs' rows are left out.
    """
    empty_kept_back(connection)
    for table in _tables(connection, "marts_candidate"):
        _move(connection, table, "marts_candidate", _KEPT_BACK, blocs)
        if _columns(connection, "marts", table):
            _copy(connection, table, "marts", "marts_candidate", blocs)


def changed_tables(connection: Connection) -> list[str]:
    """Return the tables whose live rows no longer fit into the candidate."""
    return [
        table
        for table in _tables(connection, "marts_candidate")
        if (live := _columns(connection, "marts", table))
        and live != _columns(connection, "marts_candidate", table)
    ]


def moved_units(connection: Connection, blocs: Sequence[str]) -> list[str]:
    """Return the units that are another bloc's now, with one of ``blocs`` concerned."""
    if not _columns(connection, "marts", "dim_units"):
        return []
    rows = connection.execute(
        "select distinct live.unit_code from marts.dim_units as live"
        " inner join marts_candidate.dim_units as built"
        " on live.unit_key = built.unit_key and live.bloc_code <> built.bloc_code"
        " where array[live.bloc_code, built.bloc_code] && %s::text[] order by 1",
        [list(blocs)],
    )
    return [unit for (unit,) in rows]


def show_kept_back(connection: Connection, blocs: Sequence[str]) -> None:
    """Copy some blocs' rows that were kept back into the live release."""
    for table in _tables(connection, _KEPT_BACK):
        _delete(connection, table, "marts", blocs)
        _copy(connection, table, _KEPT_BACK, "marts", blocs)


def empty_kept_back(connection: Connection) -> None:
    """Drop the rows that were kept back from an earlier release."""
    for table in list(_tables(connection, _KEPT_BACK)):
        connection.execute(
            sql.SQL("drop table {}").format(sql.Identifier(_KEPT_BACK, table))
        )


def _move(
    connection: Connection, table: str, source: str, target: str, blocs: Sequence[str]
) -> None:
    connection.execute(
        sql.SQL("create table {} (like {})").format(
            sql.Identifier(target, table), sql.Identifier(source, table)
        )
    )
    _copy(connection, table, source, target, blocs)
    _delete(connection, table, source, blocs)


def _copy(
    connection: Connection, table: str, source: str, target: str, blocs: Sequence[str]
) -> None:
    columns = sql.SQL(", ").join(
        sql.Identifier(name) for name in _columns(connection, target, table)
    )
    connection.execute(
        sql.SQL(
            "insert into {} ({columns}) select {columns} from {}"
            " where bloc_code = any(%s)"
        ).format(
            sql.Identifier(target, table),
            sql.Identifier(source, table),
            columns=columns,
        ),
        [list(blocs)],
    )


def _delete(
    connection: Connection, table: str, schema: str, blocs: Sequence[str]
) -> None:
    connection.execute(
        sql.SQL("delete from {} where bloc_code = any(%s)").format(
            sql.Identifier(schema, table)
        ),
        [list(blocs)],
    )


def _tables(connection: Connection, schema: str) -> Iterator[str]:
    """Yield the tables of a schema whose rows belong to blocs."""
    rows = connection.execute(
        "select tables.table_name from information_schema.tables"
        " inner join information_schema.columns using (table_schema, table_name)"
        " where table_schema = %s and table_type = 'BASE TABLE'"
        " and column_name = 'bloc_code' order by table_name",
        [schema],
    ).fetchall()
    return (table for (table,) in rows)


def _columns(connection: Connection, schema: str, table: str) -> dict[str, str]:
    rows = connection.execute(
        "select column_name, data_type from information_schema.columns"
        " where table_schema = %s and table_name = %s",
        [schema, table],
    )
    return dict(rows.fetchall())
