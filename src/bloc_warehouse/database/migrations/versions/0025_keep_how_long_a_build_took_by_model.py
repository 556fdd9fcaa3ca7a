"""Keep how long a build took by model."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Make a row for each model and kind of build: how long it took, the last time."""
    op.execute(
        """
        create table quality.model_seconds (
            model text not null,
            is_full boolean not null,
            release_id bigint not null,
            seconds double precision not null,
            primary key (model, is_full)
        )
        """
    )
    op.execute(
        "comment on table quality.model_seconds is 'How long a model took in the last"
        " build of a kind that made it, and which build that was'"
    )
