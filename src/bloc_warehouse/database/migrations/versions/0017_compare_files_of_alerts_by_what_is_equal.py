"""Compare files of alerts by what is equal."""

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Have the view of unanswered files applied; no statement of its own."""
