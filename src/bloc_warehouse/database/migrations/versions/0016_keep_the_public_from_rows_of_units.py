"""Keep the public from rows of units."""

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Only the function that writes the marts' policies changed; `prepare` calls it."""
