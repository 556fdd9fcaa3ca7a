"""Declare how marts are joined."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Have the functions that declare keys applied; no statement of its own."""
