"""Run by Alembic: all versions in the transaction of the connection it was given."""

from alembic import context

from bloc_warehouse.database.schema_version import SCHEMA, TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=TABLE,
    version_table_schema=SCHEMA,
)
with context.begin_transaction():
    context.run_migrations()
