"""All tables: made in an empty database, completed in one made since commit a9d6046.

Those older warehouses have no version row. What they have stays, with its rows; only
here does a statement ask whether something is there already.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create what is missing of the tables."""
    op.get_bind().exec_driver_sql(
        Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"),
        execution_options={"no_parameters": True},  # its % are its own
    )
