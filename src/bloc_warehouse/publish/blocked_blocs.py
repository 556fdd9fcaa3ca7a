"""Keeps blocked blocs' live rows in the marts, while the others are updated.

Rows belong to a bloc by ``bloc_code``. The new rows of a blocked bloc are set aside in
``marts_blocked``, so that an override can publish them without another build.

Foreign keys are tried when all rows are in their places. What no bloc owns, a code or a
day that live rows of a blocked bloc name and the build has no more, is kept with them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

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

    Raises:
        ForeignKeyViolation: Rows of one bloc lead to another's that only one of the two
            releases has.
    """
    empty_kept_back(connection)
    with _keys_tried_last(connection):
        for table in _tables(connection, "marts_candidate"):
            _move(connection, table, "marts_candidate", _KEPT_BACK, blocs)
            if _columns(connection, "marts", table):
                _copy(connection, table, "marts", "marts_candidate", blocs)
        for table in _dimensions_of_all(connection):
            _add_missing(connection, table)


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
    """Copy some blocs' rows that were kept back into the live release.

    Raises:
        ForeignKeyViolation: See ``keep_live_rows``.
    """
    with _keys_tried_last(connection):
        for table in _tables(connection, _KEPT_BACK):
            _delete(connection, table, "marts", blocs)
            _copy(connection, table, _KEPT_BACK, "marts", blocs)


def empty_kept_back(connection: Connection) -> None:
    """Drop the rows that were kept back from an earlier release."""
    for table in list(_tables(connection, _KEPT_BACK)):
        connection.execute(
            sql.SQL("drop table {}").format(sql.Identifier(_KEPT_BACK, table))
        )


@contextmanager
def _keys_tried_last(connection: Connection) -> Iterator[None]:
    connection.execute("set constraints all deferred")
    yield
    connection.execute("set constraints all immediate")


def _dimensions_of_all(connection: Connection) -> Iterator[str]:
    """Yield the candidate's tables without blocs that foreign keys lead to."""
    rows = connection.execute(
        "select distinct relname from pg_constraint"
        " inner join pg_class on confrelid = pg_class.oid"
        " where contype = 'f' and connamespace = 'marts_candidate'::regnamespace"
        " and relname <> all (%s) order by 1",
        [list(_tables(connection, "marts_candidate"))],
    ).fetchall()
    return (table for (table,) in rows)


def _add_missing(connection: Connection, table: str) -> None:
    """Add what the live release has and the candidate has not, if they are alike."""
    live = _columns(connection, "marts", table)
    if live != _columns(connection, "marts_candidate", table):
        return
    columns = sql.SQL(", ").join(map(sql.Identifier, live))
    connection.execute(
        sql.SQL(
            "insert into {} ({columns}) select {columns} from {} on conflict do nothing"
        ).format(
            sql.Identifier("marts_candidate", table),
            sql.Identifier("marts", table),
            columns=columns,
        )
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
