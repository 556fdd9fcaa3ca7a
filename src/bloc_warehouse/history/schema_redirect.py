"""Lets SQL that names the warehouse's tables run over temporary ones of the same names.

So the models and rules of a build run unchanged over other rows, see nothing of what
another build does meanwhile, and leave nothing behind, however they end.
"""

import re
from collections.abc import Iterable, Set
from typing import Any, Self

from psycopg import Connection, Cursor, sql
from psycopg.abc import Params, Query

_SCHEMAS = "raw|quality|staging|intermediate|marts_candidate|marts|reference"
_QUALIFIED = re.compile(rf'(?:"\w+"\.)?"?\b({_SCHEMAS})"?\."?(\w+)"?')


class Relocation:
    """Which tables are read and written among the session's temporary ones."""

    def __init__(self, connection: Connection) -> None:
        """Redirect what runs on a connection from now on, until it is closed."""
        self._names: set[str] = set()
        connection.cursor_factory = _cursor(self._names)

    def add(self, names: Iterable[str]) -> None:
        """Redirect tables; their names differ in all schemas."""
        self._names.update(names)


def relocated(text: str, names: Set[str]) -> str:
    """Return SQL that names these tables without their schema, as temporary ones."""

    def place(found: re.Match[str]) -> str:
        return f'pg_temp."{found[2]}"' if found[2] in names else found[0]

    return _QUALIFIED.sub(place, text)


def _cursor(names: Set[str]) -> type[Cursor[Any]]:
    class RelocatingCursor(Cursor[Any]):
        def execute(
            self,
            query: Query,
            params: Params | None = None,
            **options: Any,  # noqa: ANN401 - psycopg's own, passed on
        ) -> Self:
            return super().execute(self._moved(query), params, **options)

        def _moved(self, query: Query) -> bytes:
            if isinstance(query, sql.Composable):
                text = query.as_string(self.connection)
            else:
                text = query.decode() if isinstance(query, bytes) else str(query)
            return relocated(text, names).encode()

    return RelocatingCursor
