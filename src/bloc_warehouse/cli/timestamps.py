"""Moments as an operator writes and reads them: in the office's zone.

One may be written as a day, which is its end, or as a time.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bloc_warehouse.cli.console import wrong_use
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.domain.days import moment_of


def requested_time(given: str, zone: ZoneInfo) -> datetime:
    """Return the requested moment; anything else is wrong use."""
    try:
        return moment_of(given, zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise wrong_use(
            f"{given} is neither a day (2024-07-10) nor a time (2024-07-10T08:30)"
        ) from error


def in_utc(given: datetime) -> datetime:
    """Return a moment typed without a zone as one of the office's zone."""
    try:
        return given.replace(tzinfo=get_settings().zone).astimezone(UTC)
    except OverflowError as error:
        raise wrong_use(f"nothing was received in {given.year}") from error


def local_time(moment: datetime) -> str:
    """Return a moment in the office's zone, which it names: 10/07/2024 08:30 +07."""
    return f"{short_time(moment)} {moment.astimezone(get_settings().zone):%Z}"


def short_time(moment: datetime) -> str:
    """Return a moment in the office's zone, for a table whose head names the zone."""
    return f"{moment.astimezone(get_settings().zone):%d/%m/%Y %H:%M}"


def in_zone(head: str) -> str:
    """Return a table's head for moments, with their zone: *received (+07)*."""
    return f"{head} ({datetime.now(get_settings().zone):%Z})"
