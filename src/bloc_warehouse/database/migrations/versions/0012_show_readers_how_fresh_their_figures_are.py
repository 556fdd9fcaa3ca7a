"""Show readers how fresh their figures are."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Find a unit's latest return, and what was answered lately, by an index."""
    op.execute("create index files_by_answer on raw.files (answered_at)")
    op.execute(
        "create index submissions_by_receipt on raw.submissions"
        " (unit_code, received_at) where state <> 'rejected'"
    )
