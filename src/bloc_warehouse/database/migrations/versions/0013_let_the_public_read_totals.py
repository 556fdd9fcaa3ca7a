"""Let the public read totals."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Let a reader be listed for all blocs' totals, with no unit of theirs."""
    op.execute(
        """
        -- grain: one row per reader and what it may see: a bloc, a unit, or what the
        -- public sees
        alter table quality.readers
            add column is_public boolean not null default false,
            drop constraint readers_check,
            add constraint readers_see_one_thing_a_row
                check (num_nonnulls(bloc_code, unit_code) + is_public::integer = 1)
        """
    )
