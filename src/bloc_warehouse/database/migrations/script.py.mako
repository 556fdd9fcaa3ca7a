"""${message}."""

from alembic import op

revision = "${up_revision}"
down_revision = "${down_revision}"


def upgrade() -> None:
    """Say here what it does; without statements where only definitions changed."""
    op.execute("alter table quality.… add column …")
