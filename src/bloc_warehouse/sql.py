"""The package's own SQL: each statement is a file in the ``sql`` folder of its user."""

from functools import cache
from importlib.resources import files

from psycopg import sql


@cache
def statement(name: str) -> sql.SQL:
    """Return a statement of the package, to be executed or formatted.

    Args:
        name: Its folder and name: ``checks/findings`` is ``checks/sql/findings.sql``.
    """
    folder, _, file = name.rpartition("/")
    path = files("bloc_warehouse").joinpath(folder, "sql", f"{file}.sql")
    return sql.SQL(path.read_text("utf-8"))
