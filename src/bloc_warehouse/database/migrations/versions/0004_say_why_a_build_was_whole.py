"""Say why a build was whole."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Keep with each release why it was built whole."""
    op.execute("alter table quality.releases add column full_reason text")
