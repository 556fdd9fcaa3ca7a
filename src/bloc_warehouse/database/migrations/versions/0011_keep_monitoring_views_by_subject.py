"""Keep monitoring views by subject."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Change no table: the definitions were laid out anew."""
