"""Count the blanks that a shown total or claim lacks, and say what was withheld."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Leave null what was shown before: nobody counted."""
    op.execute(
        "alter table quality.published_totals"
        " add column blank_count bigint, add column is_withheld boolean"
    )
    op.execute("alter table quality.published_claims add column blank_count bigint")
