"""Days of the office as points in time: a day means its end."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """Return the moment that a day or a time of day means.

    A day is its end, the last microsecond; a time without a zone is the office's own.

    Raises:
        ValueError: It is neither, or a day that has no end in the calendar.
    """
    try:
        return end_of(date.fromisoformat(text), zone)
    except OverflowError as error:
        raise ValueError(f"{text} is too far away") from error
    except ValueError:
        moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return a day's last moment."""
    midnight = datetime.combine(day + timedelta(days=1), time(), zone)
    return midnight - timedelta(microseconds=1)
