"""All of what a build made: rows, and what the catalogue says of tables and views."""

import re
from collections.abc import Mapping
from typing import LiteralString

from tests.dbt_project.world import World

from bloc_warehouse.database.connection import connect

Snapshot = Mapping[str, object]

BUILT = ("staging", "intermediate", "marts_candidate")
_CATALOGUE: Mapping[str, LiteralString] = {
    "columns": "select nspname, relname, attname, attnum, atttypid::regtype::text,"
    " attnotnull, col_description(pg_class.oid, attnum)"
    " from pg_attribute inner join pg_class on attrelid = pg_class.oid"
    " inner join pg_namespace on relnamespace = pg_namespace.oid"
    " where attnum > 0 and relkind in ('r', 'v')",
    "relations": "select nspname, relname, relkind, relacl::text, reloptions::text,"
    " relrowsecurity, obj_description(pg_class.oid, 'pg_class')"
    " from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid"
    " where relkind in ('r', 'v')",
    "indexes": "select schemaname as nspname, indexname, indexdef from pg_indexes",
    "keys": "select nspname, conrelid::regclass::text, conname,"
    " pg_get_constraintdef(pg_constraint.oid)"
    " from pg_constraint inner join pg_namespace on connamespace = pg_namespace.oid",
    "policies": "select schemaname as nspname, tablename, policyname, cmd, qual"
    " from pg_policies",
}


def snapshot(world: World, *schemas: str) -> Snapshot:
    """Return all rows of some schemas, and all that the catalogue says of them.

    Without any: of what a build makes. A table is called by its name alone, and what
    is live as if it were the candidate, so that both can be compared.
    """
    chosen = list(schemas or BUILT)
    with connect("transform", settings=world.settings) as connection:
        connection.execute("set search_path to pg_catalog")
        found: dict[str, object] = {
            name: sorted(
                re.sub(r"\bmarts\b", "marts_candidate", str(row))
                for row in connection.execute(
                    f"select * from ({query}) as found"
                    f" where nspname = any(%s)".encode(),
                    [chosen],
                )
            )
            for name, query in _CATALOGUE.items()
        }
        tables = connection.execute(
            "select nspname, relname from pg_class"
            " inner join pg_namespace on relnamespace = pg_namespace.oid"
            " where relkind = 'r' and nspname = any(%s)",
            [chosen],
        ).fetchall()
        for schema, table in tables:
            found[table] = connection.execute(
                f"select made::text from {schema}.{table} as made order by 1".encode()
            ).fetchall()
    return found
