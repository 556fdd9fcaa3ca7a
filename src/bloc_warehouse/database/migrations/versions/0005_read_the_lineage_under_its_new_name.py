"""Read the lineage under its new name."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Change definitions only: ``quality.keep_lineage`` reads ``int_bloc_lineage``."""
