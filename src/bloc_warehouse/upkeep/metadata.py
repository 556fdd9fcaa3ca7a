"""Cleans Airflow's own database of old runs, by Airflow's own command."""

from datetime import UTC, datetime, timedelta

from bloc_warehouse.backup.airflow_metadata import metadata_address, run_airflow
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.settings import Settings


def clean_metadata(settings: Settings) -> str | None:
    """Delete runs, logs and events that are older than ``BLOC_LOG_DAYS``.

    The last run of each DAG stays, whatever its age: Airflow continues from it.

    Returns:
        What was done, for people; None where nothing says where that database is.

    Raises:
        AirflowCommandError: Airflow did not clean a table; nothing else is lost.
    """
    address = metadata_address(settings)
    if address is None:
        return None
    before = datetime.now(UTC) - timedelta(days=settings.log_days)
    run_airflow(
        settings,
        address,
        *("db", "clean", "--yes", "--skip-archive", "--error-on-cleanup-failure"),
        *("--clean-before-timestamp", before.isoformat(timespec="seconds")),
    )
    return (
        "Airflow's records of more than"
        f" {counted(settings.log_days, 'day')} deleted, from before {before:%Y-%m-%d}"
    )
