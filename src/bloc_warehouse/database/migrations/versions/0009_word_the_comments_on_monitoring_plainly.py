"""Word the comments on monitoring plainly."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Have the reworded comments applied; no statement of its own."""
