"""Name the tables of what counts and of what was published for what they hold."""

from alembic import op

revision = "0007"
down_revision = "0006"

_CONSTRAINTS = {
    "raw.version_validity": ("standings", ("pkey", "submission_id_fkey")),
    "quality.publication_log": ("showings", ("pkey", "cause_check", "release_id_fkey")),
}
_COLUMNS = (
    ("quality.publication_log", "showing_id", "publication_id"),
    ("quality.publication_log", "kept_blocs", "blocked_blocs"),
    ("quality.releases", "is_wholly_blocked", "is_fully_blocked"),
)


def upgrade() -> None:
    """Rename tables, columns, constraints; rows and rights stay."""
    op.execute("alter table raw.standings rename to version_validity")
    op.execute("alter table quality.showings rename to publication_log")
    op.execute("alter index quality.showings_now rename to publication_log_now")
    op.execute(
        "alter sequence quality.showings_showing_id_seq"
        " rename to publication_log_publication_id_seq"
    )
    for table, (old, endings) in _CONSTRAINTS.items():
        new = table.partition(".")[2]
        for ending in endings:
            op.execute(
                f"alter table {table}"
                f" rename constraint {old}_{ending} to {new}_{ending}"
            )
    for table, old, new in _COLUMNS:
        op.execute(f"alter table {table} rename column {old} to {new}")
