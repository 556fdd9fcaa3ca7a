"""The package's own SQL, and SQL that is made to read other tables than it names.

Each statement of ours is a file in the ``sql`` folder of its user.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple, Self

from psycopg import Connection, Cursor, sql
from psycopg.abc import Params, Query

# the schema to look in for a table of a schema; "": the search path says; None: as is
Target = Callable[[str, str], str | None]


class UnreadableSqlError(ValueError):
    """Nobody can say which tables a statement names, so it cannot be redirected."""


class _TableName(NamedTuple):
    """Where a statement names a table with its schema: text[start:stop]."""

    start: int
    stop: int
    schema: str
    table: str


@cache
def statement(name: str) -> sql.SQL:
    """Return a statement of the package, to be executed or formatted.

    Args:
        name: Its folder and name: ``checks/findings`` is ``checks/sql/findings.sql``.
    """
    folder, _, file = name.rpartition("/")
    path = files("bloc_warehouse").joinpath(folder, "sql", f"{file}.sql")
    return sql.SQL(path.read_text("utf-8"))


def tables_of(text: str) -> frozenset[tuple[str, str]]:
    """Return the (schema, table) pairs that SQL names.

    Raises:
        UnreadableSqlError: Nobody can say.
    """
    return frozenset((name.schema, name.table) for name in _table_names(text))


def redirected(text: str, target: Target) -> str:
    """Return SQL that reads and writes the same tables of other schemas.

    Only the names change, where they stand: SQL that is written anew from its syntax
    tree may come to mean something else.

    Args:
        text: One or more statements, which name tables with their schema.
        target: Where each table is to be found.

    Raises:
        UnreadableSqlError: Nobody can say which tables it names.
    """
    parts: list[str] = []
    done = 0
    for name in _table_names(text):
        schema = target(name.schema, name.table)
        if schema is not None:
            prefix = f"{schema}." if schema else ""
            parts += text[done : name.start], f'{prefix}"{name.table}"'
            done = name.stop
    return "".join([*parts, text[done:]])


def published(schema: str, _table: str) -> str | None:
    """Have tables of the candidate read where readers see them."""
    return "marts" if schema == "marts_candidate" else None


class SchemaRedirect:
    """Has what runs on a connection read and write temporary tables.

    So the models and rules of a build run unchanged over other rows, see nothing of
    what another build does meanwhile, and leave nothing behind, however they end.
    """

    def __init__(self, connection: Connection) -> None:
        """Redirect what runs on a connection from now on, until it is closed."""
        self._tables: set[str] = set()
        connection.cursor_factory = _redirecting_cursor(self._target)

    def add(self, *tables: str) -> None:
        """Redirect tables; their names differ in all schemas."""
        self._tables.update(tables)

    def _target(self, _schema: str, table: str) -> str | None:
        return "pg_temp" if table in self._tables else None


@lru_cache(maxsize=1024)
def _table_names(text: str) -> tuple[_TableName, ...]:
    # an eighth of a second to import, and few commands need it
    from sqlglot import exp, parse
    from sqlglot.errors import SqlglotError

    try:
        trees = [tree for tree in parse(text, dialect="postgres") if tree]
    except SqlglotError as error:
        raise UnreadableSqlError(f"{error}: {text[:200]}") from error
    if any(tree.find(exp.Command) for tree in trees):
        raise UnreadableSqlError(f"nobody can say which tables it names: {text[:200]}")
    return tuple(
        sorted(
            _TableName(
                (node.args.get("catalog") or schema).meta["start"],
                table.meta["end"] + 1,
                schema.name,
                table.name,
            )
            for tree in trees
            for node in tree.find_all(exp.Table, exp.Column)
            for schema, table in [
                (node.args.get("db"), node.args.get("table") or node.this)
            ]
            if isinstance(schema, exp.Identifier) and isinstance(table, exp.Identifier)
        )
    )


def _redirecting_cursor(target: Target) -> type[Cursor[Any]]:
    class RedirectingCursor(Cursor[Any]):
        def execute(
            self,
            query: Query,
            params: Params | None = None,
            **options: Any,  # noqa: ANN401 - psycopg's own, passed on
        ) -> Self:
            if isinstance(query, sql.Composable):
                text = query.as_string(self.connection)
            else:
                text = query.decode() if isinstance(query, bytes) else str(query)
            return super().execute(redirected(text, target).encode(), params, **options)

    return RedirectingCursor
