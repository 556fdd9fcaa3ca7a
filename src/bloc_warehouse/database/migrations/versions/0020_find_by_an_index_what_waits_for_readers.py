"""Find by an index what waits for readers."""

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Change nothing but ``monitoring.freshness``, which is applied as a whole."""
