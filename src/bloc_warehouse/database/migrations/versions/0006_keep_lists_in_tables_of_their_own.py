"""Keep lists in tables of their own."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"

_LISTS = (
    *("ref_blocs", "ref_units", "ref_unit_aliases", "ref_unit_events"),
    *("ref_obligations", "ref_terms", "ref_accepted_differences"),
    *("ref_unit_spans", "ref_unit_successions"),
)


def upgrade() -> None:
    """Let ingest own the lists in force; what dbt had made of them stays readable.

    The tables keep their identity, for views of the last build read them. Their rows
    follow from the kept history, which the first ``bloc prepare`` writes.
    """
    for name in _LISTS:
        _take_over(name)
    op.get_bind().exec_driver_sql(
        Path(__file__).with_name("0006_lists.sql").read_text(encoding="utf-8")
    )


def _take_over(name: str) -> None:
    """Give a table that dbt had made to ingest, which only the owner of both can."""
    op.execute("reset role")
    op.execute(f"alter table if exists reference.{name} owner to ingest")
    op.execute("set local role ingest")
