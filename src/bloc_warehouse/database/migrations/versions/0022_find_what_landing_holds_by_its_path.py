"""Find what landing holds by its path."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Index the paths by their hash: one may be longer than an ordered index takes."""
    op.execute("create index files_by_path on raw.files using hash (path)")
