"""Keep published totals as a list of the installation."""

from pathlib import Path

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Let ingest own the claims, which dbt had made of a seed of the project.

    The table keeps its identity, for views of the last build read it. The seed's rows
    go: which claims an installation recomputes says its own list.
    """
    op.execute("reset role")
    op.execute("alter table if exists reference.ref_published_totals owner to ingest")
    op.execute("set local role ingest")
    op.get_bind().exec_driver_sql(
        Path(__file__).with_name("0018_claims.sql").read_text(encoding="utf-8")
    )
