"""Find a reader's rows by an index."""

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Only what writes the marts' policies changed; `prepare` calls it."""
