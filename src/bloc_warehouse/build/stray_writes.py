"""What somebody built by hand with dbt since the last whole build.

dbt notes it itself, in the transaction that writes (``macros/announce_write.sql``).
While anything is noted nothing is audited or published, and the next build is a whole
one, which begins by dropping what was built by hand.
"""

from psycopg import Connection, sql

_NOTED = (
    "select table_schema || '.' || table_name, written_by,"
    " to_char(written_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI')"
    " from quality.stray_writes order by written_at, table_schema, table_name"
)
_STANDING = (
    "select relnamespace::regnamespace::text, relname, relkind = 'v'"
    " from quality.stray_writes inner join pg_class"
    " on relnamespace = to_regnamespace(table_schema) and relname = table_name"
    " where relkind in ('r', 'v') and table_schema <> 'reference'"
)


def describe_stray_writes(connection: Connection) -> str | None:
    """Say who built what by hand, None where nobody did."""
    noted = connection.execute(_NOTED).fetchall()
    if not noted:
        return None
    table, by, moment = noted[0]
    more = f" and {len(noted) - 1} more" if noted[1:] else ""
    return f"{by} built {table}{more} by hand on {moment} UTC"


def has_stray_seeds(connection: Connection) -> bool:
    """Tell whether the project's own lists were loaded by hand."""
    found = connection.execute(
        "select exists (select from quality.stray_writes"
        " where table_schema = 'reference')"
    )
    return found.fetchone() == (True,)


def clear_stray_writes(connection: Connection) -> None:
    """Drop what was built by hand, for a whole build makes all that is needed anew.

    What is no model of the project would otherwise be published along.
    """
    for schema, name, is_view in connection.execute(_STANDING).fetchall():
        connection.execute(
            sql.SQL("drop {} if exists {} cascade").format(
                sql.SQL("view" if is_view else "table"), sql.Identifier(schema, name)
            )
        )
    connection.execute("delete from quality.stray_writes")
