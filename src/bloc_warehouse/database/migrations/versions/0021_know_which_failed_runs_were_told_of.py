"""Know which failed runs were told of."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Keep the names of all failed runs: ``failures`` has each step's last one only."""
    op.execute("""
        create table quality.failed_runs (
            pipeline text not null,
            run text not null,
            told_at timestamptz not null default clock_timestamp(),
            primary key (pipeline, run)
        )
    """)
    op.execute("""
        comment on table quality.failed_runs is
        'Lượt chạy lỗi đã được ghi nhận. Failed runs whose failure was recorded.'
    """)
    op.execute("""
        insert into quality.failed_runs (pipeline, run, told_at)
        select pipeline, run, max(failed_at) as told_at
        from quality.failures
        group by pipeline, run
    """)
