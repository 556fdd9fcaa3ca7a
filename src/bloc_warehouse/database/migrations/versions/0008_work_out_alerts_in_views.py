"""Work out alerts in views."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Keep what the views of the alerts' causes need and no table says."""
    op.execute(
        """
        -- grain: one row, once alerts were worked out: what the installation's settings
        -- say, and the day as of which due days are looked at. channels: null for all
        create table quality.alert_settings (
            is_only boolean primary key default true check (is_only),
            today date,
            remind_days integer[] not null,
            most_units integer not null,
            stale_hours integer not null,
            channels text[]
        )
        """
    )
    op.execute(
        """
        -- grain: one row per bloc, unit, form and period that is owed and has not come,
        -- as of when alerts were last worked out
        create table quality.missing_returns (
            bloc_code text,
            unit_code text,
            form text,
            period_code text,
            violation_id bigint,
            message_vi text,
            message_en text,
            due_on date,
            expected_count bigint,
            form_code text,
            title_vi text,
            title_en text
        )
        """
    )
