"""Keep what upkeep found, and let a backup see by what readers log in.

The second is a right that only a superuser grants (``server_rights.sql``): a new number
has it applied.
"""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Make the record of ``maintain_warehouse``: a row for each step of a run."""
    op.execute(
        """
        create table quality.upkeep (
            run text not null,
            step text not null,
            finished_at timestamptz not null default clock_timestamp(),
            outcome text not null check (outcome in ('done', 'skipped')),
            found text not null,
            primary key (run, step)
        )
        """
    )
    op.execute(
        "comment on table quality.upkeep is"
        " 'What each step of maintain_warehouse did or found; failures are in failures'"
    )
