"""Note who builds by hand, and which lists touch everything."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Keep what was built by hand since the last whole build, and what lists touch."""
    op.execute(
        "alter table quality.reference_applications"
        " add column is_of_all boolean not null default true"
    )
    op.execute("""
        create table quality.stray_writes (
            table_schema text not null,
            table_name text not null,
            written_at timestamptz not null default clock_timestamp(),
            written_by text not null,
            primary key (table_schema, table_name)
        )
    """)
    op.execute("""
        comment on table quality.stray_writes is
        'Bảng do người dựng tay. Tables and views that somebody built by hand with dbt.'
    """)
