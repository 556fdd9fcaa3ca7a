"""Keep what a reader sees beside its own."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Keep the lineage that readers' rights follow, apart from what builds replace."""
    op.execute(
        """
        -- grain: one row per kind, code and another code whose rows go with its own.
        -- bloc: a predecessor; unit: one merged into it; bloc_unit: a unit of the bloc
        create table quality.lineage (
            kind text not null check (kind in ('bloc', 'unit', 'bloc_unit')),
            code text not null,
            member_code text not null,
            since date not null,
            primary key (kind, code, member_code)
        )
        """
    )
