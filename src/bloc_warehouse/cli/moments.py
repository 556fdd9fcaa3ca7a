"""What an operator may write for a moment: a day, which is its end, or a time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bloc_warehouse.cli.console import wrong_use
from bloc_warehouse.history.moments import moment_of


def asked_moment(said: str, zone: ZoneInfo) -> datetime:
    """Return the moment that somebody asked for; what is no moment is wrong use."""
    try:
        return moment_of(said, zone).astimezone(UTC)
    except ValueError as error:
        raise wrong_use(
            f"{said} is neither a day (2024-07-10) nor a time (2024-07-10T08:30)"
        ) from error
