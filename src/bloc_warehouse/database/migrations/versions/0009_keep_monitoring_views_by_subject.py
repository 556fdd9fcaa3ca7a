"""Keep monitoring views by subject."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Change no table: the definitions were laid out anew."""
