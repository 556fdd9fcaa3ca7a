"""Answer by a repeated return."""

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Only which files an alert takes as unanswered changed; `prepare` makes it."""
