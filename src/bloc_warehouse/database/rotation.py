"""Renames the marts schemas, so that a reader sees one complete release."""

from psycopg import Connection, sql

Moves = tuple[tuple[str, str], ...]

ROTATION: Moves = (
    ("marts_previous", "marts_rotating"),
    ("marts", "marts_previous"),
    ("marts_candidate", "marts"),
    ("marts_rotating", "marts_candidate"),
)
SWAP: Moves = (
    ("marts", "marts_rotating"),
    ("marts_previous", "marts"),
    ("marts_rotating", "marts_previous"),
)


def rename(connection: Connection, moves: Moves) -> None:
    """Rename the schemas, and let readers enter the live one and no other.

    What is known of a schema's build goes by its name, and is renamed along.
    """
    for old, new in moves:
        connection.execute(
            sql.SQL("alter schema {} rename to {}").format(
                sql.Identifier(old), sql.Identifier(new)
            )
        )
        connection.execute(
            "update quality.build_positions set table_schema = %s"
            " where table_schema = %s",
            [new, old],
        )
    connection.execute("grant select on all tables in schema marts to public")
    let_in(connection)


def let_in(connection: Connection) -> None:
    """Let everybody who is in the database enter the live schema, and no other."""
    connection.execute("grant usage on schema marts to public")
    connection.execute(
        "revoke usage on schema marts_previous, marts_candidate from public"
    )
