"""Which messages of a channel come as one, and what that one says.

Eighty rejected files are eighty alerts, each with an end of its own, and one message:
people read a count and the first lines, and look the rest up.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from bloc_warehouse.alerts.messages import DIGEST, EVENTS, Notice
from bloc_warehouse.alerts.routes import SEVERITIES, Channel
from bloc_warehouse.domain.counting import counted

_MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Due:
    """A message that a channel has to send, as far as it decides how."""

    delivery_id: int
    event: str
    severity: str
    kind: str


def due_at(
    channel: Channel, severity: str, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """Return the channel's next hour of digests, or None if a message goes out at once.

    Args:
        channel: Its ``digest_hour``, if it has one, is of the office's day.
        severity: What is critical never waits.
        now: Any time zone.
        zone: The office's.
    """
    if channel.digest_hour is None or severity == "critical":
        return None
    here = now.astimezone(zone)
    hour = here.replace(hour=channel.digest_hour, minute=0, second=0, microsecond=0)
    return hour if hour >= here else hour + timedelta(days=1)


def grouped(messages: Iterable[Due], channel: Channel) -> list[list[int]]:
    """Return the deliveries that come as one message, in the order of the oldest.

    What waited for the hour of digests is one message; of the rest, more of a kind
    than the channel takes one by one. The end of alerts is told apart from their
    beginning.
    """
    groups: dict[object, list[int]] = {}
    for message in messages:
        is_digest = channel.digest_hour is not None and message.severity != "critical"
        of_kind = (message.kind, message.event == "closed")
        key: object = DIGEST if is_digest else of_kind
        groups.setdefault(key, []).append(message.delivery_id)
    most = channel.folds_above
    found: list[list[int]] = []
    for key, ids in groups.items():
        if key == DIGEST or (most is not None and len(ids) > most):
            found.append(ids)
        else:
            found += [[one] for one in ids]
    return sorted(found)


def folded(
    notices: Sequence[Notice], titles: Mapping[str, tuple[str, str]], address: str
) -> Notice:
    """Return one message for several: counts by kind, first lines, where to read on.

    Args:
        notices: At least one, oldest first; of an alert with several, the last tells.
        titles: What each kind is called, in Vietnamese and English.
        address: Where the office serves its reports; may be empty.
    """
    if len(notices) == 1:
        return notices[0]
    latest = list({notice.alert_id: notice for notice in notices}.values())
    counts = Counter((notice.kind, notice.event == "closed") for notice in latest)
    severity = max((notice.severity for notice in latest), key=_rank)
    shown = sorted(latest, key=lambda notice: -_rank(notice.severity))[:_MOST_LINES]
    return replace(
        latest[0],
        # the same for the same messages, should they have to be sent again
        key=str(uuid5(NAMESPACE_URL, " ".join(notice.key for notice in notices))),
        event=DIGEST,
        alert_id=0,
        severity=severity,
        kind=_common([notice.kind for notice in latest]) or DIGEST,
        bloc_code=_common([notice.bloc_code for notice in latest]),
        unit_code=_common([notice.unit_code for notice in latest]),
        period_code=_common([notice.period_code for notice in latest]),
        subject=counted(len(latest), "alert"),
        text_vi="\n".join(
            [
                f"{len(latest)} việc: " + _counted_kinds(counts, titles, 0),
                *(f"{EVENTS[one.event][0]}: {one.lines_vi[0]}" for one in shown),
                *([f"… và {len(latest) - len(shown)} việc nữa"] * _has_more(latest)),
                "Xem tất cả: bloc alerts",
            ]
        ),
        text_en="\n".join(
            [
                f"{counted(len(latest), 'alert')}: "
                + _counted_kinds(counts, titles, 1),
                *(f"{EVENTS[one.event][1]}: {one.lines_en[0]}" for one in shown),
                *([f"… and {len(latest) - len(shown)} more"] * _has_more(latest)),
                "All of them: bloc alerts",
            ]
        ),
        links=(("Báo cáo / Reports", address),) if address else (),
    )


def _rank(severity: str) -> int:
    return [*SEVERITIES].index(severity)  # type: ignore[arg-type]


def _has_more(notices: Sequence[Notice]) -> bool:
    return len(notices) > _MOST_LINES


def _common(values: Sequence[str | None]) -> str | None:
    """Return what all have in common, if they do."""
    return values[0] if len({*values}) == 1 else None


def _counted_kinds(
    counts: Mapping[tuple[str, bool], int],
    titles: Mapping[str, tuple[str, str]],
    language: int,
) -> str:
    """Say how many there are of each kind, those that are over apart."""
    over = (" (đã xong)", " (closed)")[language]
    return ", ".join(
        f"{titles.get(kind, (kind, kind))[language]} {count}{over if is_over else ''}"
        for (kind, is_over), count in sorted(counts.items(), key=lambda one: -one[1])
    )
