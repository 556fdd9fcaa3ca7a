"""What the warehouse shows at the end of a day, beside what the oracle says."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.actions import PERIODS
from tests.simulation.oracle import Expected, Total
from tests.simulation.world import World

_RETURNS = (
    "select unit_code, form, period_code, state from marts.fct_returns"
    " where is_expected"
)
_TOTALS = (
    "select bloc_code, period_code, computed_total, declared_total, units_reported,"
    " units_expected from marts.rpt_bloc_totals where indicator = 'member_count'"
)
_ALERTS = (
    "select kind, severity, coalesce(bloc_code, ''), coalesce(unit_code, ''),"
    " coalesce(period_code, '') from quality.alerts where closed_at is null"
)
_BLOCKED = (
    "select bloc_code from quality.release_blocs inner join quality.releases"
    " using (release_id) where state = 'live' and outcome in ('carried', 'left_out')"
)
_LIVE = "select release_id, is_overridden from quality.releases where state = 'live'"
_MAILS = (
    "select delivery_key::text, state from quality.deliveries where channel = 'office'"
)


class Checks:
    """Compares day after day; remembers the release that was live the day before."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._live: int | None = None
        self._received: set[str] = set()

    def differences(self, expected: Expected) -> list[str]:
        """Return what differs, each as a line: what, expected, got."""
        is_published = self._live is not None or expected.is_published
        return [
            *(self._figures(expected) if is_published else ()),
            *self._alerts(expected),
            *self._releases(expected),
            *self._mails(expected),
        ]

    def _figures(self, expected: Expected) -> Iterator[str]:
        rows = self._world.rows(_RETURNS, "bi_reader")
        codes = {period.code for period in PERIODS}
        seen = {row[:3]: row[3] for row in rows if row[2] in codes}
        yield from _differing("return", expected.returns, seen)
        totals = {row[:2]: Total(*row[2:]) for row in self._world.rows(_TOTALS)}
        shown = {key: total for key, total in totals.items() if key[1] in codes}
        yield from _differing("total", expected.totals, shown)

    def _alerts(self, expected: Expected) -> Iterator[str]:
        open_now = self._world.rows(_ALERTS)
        yield from _differing(
            "alert",
            dict.fromkeys(expected.alerts, "open"),
            {alert: "open" for alert in open_now if alert[0] != "channel_down"},
        )

    def _releases(self, expected: Expected) -> Iterator[str]:
        (live, is_overridden) = (self._world.rows(_LIVE) or [(None, False)])[0]
        if (live != self._live) != expected.is_published:
            words = "another" if expected.is_published else "the same"
            yield f"release: expected {words}, got {live} after {self._live}"
        self._live = live
        if is_overridden != expected.is_overridden:
            yield f"override: expected {expected.is_overridden}, got {is_overridden}"
        blocked = {bloc for (bloc,) in self._world.rows(_BLOCKED)}
        yield from _differing(
            "blocked bloc",
            dict.fromkeys(expected.blocked, "blocked"),
            dict.fromkeys(blocked, "blocked"),
        )

    def _mails(self, expected: Expected) -> Iterator[str]:
        states = dict(self._world.rows(_MAILS))
        arrived = self._world.inbox.keys
        if not expected.is_mail_up:
            if arrived != self._received:
                yield "mail: expected none while the server is down"
            return
        self._received = set(arrived)
        unsent = {key: state for key, state in states.items() if state != "sent"}
        if unsent:
            yield f"mail: expected all sent, got {len(unsent)} that are not: {unsent}"
        if missing := states.keys() - arrived:
            yield f"mail: recorded as sent and never arrived: {sorted(missing)}"


def _differing(
    what: str, expected: dict[Any, Any], seen: dict[Any, Any]
) -> Iterator[str]:
    for key in sorted(expected.keys() | seen.keys()):
        if expected.get(key) != seen.get(key):
            name = " ".join(part for part in _parts(key) if part)
            yield f"{what} {name}: expected {expected.get(key)}, got {seen.get(key)}"


def _parts(key: Any) -> tuple[str, ...]:  # noqa: ANN401 - a name, or several
    return key if isinstance(key, tuple) else (key,)
