"""Ask once what a reader sees."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Drop the function that asked for each row; views pass the rights to another."""
    op.execute("drop function if exists monitoring.may_read(text, text)")
    # a unit's blocs are found by it
    op.execute("create index lineage_by_member on quality.lineage (member_code, kind)")
