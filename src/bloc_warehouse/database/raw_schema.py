"""The forms' own tables in the raw schema, made from the forms' definitions.

Raw tables are append-only: a correction is a new submission with its own rows.
"""

from psycopg import Connection, sql

from bloc_warehouse.forms.registry import Registry, load_registry

_LINEAGE = (
    ("submission_id", "bigint not null references raw.submissions"),
    ("sheet", "text not null"),
    ("sheet_row", "integer not null"),
)


def create_form_tables(
    connection: Connection, registry: Registry | None = None
) -> None:
    """Create or complete the forms' tables; columns of a new form version are added.

    Safe to repeat. The table ``raw.submissions`` must exist.
    """
    for table, columns in (registry or load_registry()).raw_tables().items():
        name = sql.Identifier("raw", table)
        definitions = [
            *_LINEAGE,
            *((column.name, column.sql_type) for column in columns.values()),
            ("not_applicable", "text[] not null default '{}'"),
        ]
        connection.execute(
            sql.SQL("create table if not exists {} ({})").format(
                name, sql.SQL(", ").join(_definition(*entry) for entry in definitions)
            )
        )
        for column in columns.values():
            connection.execute(
                sql.SQL("alter table {} add column if not exists {}").format(
                    name, _definition(column.name, column.sql_type)
                )
            )
        connection.execute(
            sql.SQL("create index if not exists {} on {} (submission_id)").format(
                sql.Identifier(f"{table}_by_submission"), name
            )
        )


def _definition(name: str, sql_type: str) -> sql.Composed:
    # the type comes from the forms' own closed list, never from a sender
    return sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(sql_type))
