"""What the database held at one moment: its shape, its release, and all rows hashed."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import Connection, sql

from bloc_warehouse.backup.manifest import TableState
from bloc_warehouse.database.connection import Role, connect
from bloc_warehouse.database.prepare import INGEST_SCHEMAS, TRANSFORM_SCHEMAS
from bloc_warehouse.settings import DatabaseSettings

SCHEMAS = (*INGEST_SCHEMAS, *TRANSFORM_SCHEMAS)

# what a row looks like as text depends on these
_AS_TEXT = (
    "set local timezone = 'UTC'",
    "set local datestyle = 'ISO, MDY'",
    "set local intervalstyle = 'postgres'",
    "set local extra_float_digits = 1",
    "set local bytea_output = 'hex'",
    "set local row_security = off",  # an error rather than fewer rows
    # the dump takes as long as it takes
    "set local statement_timeout = 0",
    "set local transaction_timeout = 0",
    "set local idle_in_transaction_session_timeout = 0",
)
_TABLES = """
select relnamespace::regnamespace::text, relname
from pg_class
where relkind in ('r', 'p') and not relispartition
    and relnamespace::regnamespace::text = any (%s)
order by 1, 2
"""
# the sum of the rows' hashes knows no order, and needs no memory
_ROWS = """
select
    count(*),
    coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint), 0)
from {} as t
"""


@contextmanager
def moment(
    settings: DatabaseSettings, role: Role = "transform"
) -> Iterator[Connection]:
    """Yield a connection that sees the database at one moment only, and all rows.

    ``transform`` may read everything, and who runs every week knows its password.
    """
    with connect(role, settings=settings) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        for statement in _AS_TEXT:
            connection.execute(statement)
        yield connection


def export_snapshot(connection: Connection) -> str:
    """Return the name by which ``pg_dump`` sees the same moment."""
    row = connection.execute("select pg_export_snapshot()").fetchone()
    return str(row[0]) if row else ""


def table_states(connection: Connection) -> dict[str, TableState]:
    """Return how many rows each table has, and a hash of them."""
    tables = connection.execute(_TABLES, [list(SCHEMAS)]).fetchall()
    return {
        f"{schema}.{name}": _state(connection, schema, name) for schema, name in tables
    }


def live_release(connection: Connection) -> int | None:
    """Return the number of the release that readers see."""
    row = connection.execute(
        "select release_id from quality.releases where state = 'live'"
    ).fetchone()
    return int(row[0]) if row else None


def server_version(connection: Connection) -> int:
    """Return the server's major version."""
    return connection.info.server_version // 10_000


def _state(connection: Connection, schema: str, name: str) -> TableState:
    row = connection.execute(sql.SQL(_ROWS).format(sql.Identifier(schema, name)))
    rows, hashed = row.fetchone() or (0, 0)
    return TableState(rows=rows, hash=str(hashed))
