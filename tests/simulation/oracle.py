"""What must be true at the end of each day, worked out from the scenario alone.

Plain Python over plain lists, on purpose written apart from the warehouse: none of its
rules, tables or settings is asked. Readers see of a bloc what was true when it was last
published; alerts follow the day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.simulation.actions import (
    BLOCS,
    PERIODS,
    Action,
    ApproveClosing,
    ApproveOverride,
    Declare,
    Figures,
    Found,
    MailDown,
    MailUp,
    Merge,
    Period,
    Reopen,
    Send,
    Unit,
    Withdraw,
)
from tests.simulation.scenario import Year

_REMIND_BEFORE = timedelta(days=3)
_CRITICAL_AFTER = timedelta(days=14)
_MOST_ALONE = 5  # more units that are missing together are one alert

Return = tuple[str, str, str]
"""Unit, form, period."""
Alert = tuple[str, str, str, str, str]
"""Kind, severity, bloc, unit, period; what has none is empty."""


@dataclass(frozen=True, slots=True)
class Total:
    """A bloc's members at the end of a period, as readers see them."""

    computed: int | None
    declared: int | None
    reported: int
    expected: int


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be true at the end of a day."""

    returns: dict[Return, str]
    totals: dict[tuple[str, str], Total]
    alerts: frozenset[Alert]
    blocked: frozenset[str]
    is_overridden: bool
    is_published: bool
    is_mail_up: bool


@dataclass(slots=True)
class _Versions:
    """What a unit sent for a period; the last one that is good and not taken back."""

    good: list[Figures] = field(default_factory=list)
    fixed: Figures | None = None  # while the period is closed
    was_sent_back: bool = False  # always the first one that a unit sends

    @property
    def is_rejected(self) -> bool:
        """Whether it was sent back, and nothing good that stands came since."""
        return self.was_sent_back and not self.good

    @property
    def counted(self) -> Figures | None:
        """What counts: the last good one, or that of the closing."""
        return self.fixed or (self.good[-1] if self.good else None)


class Table:
    """The year, day by day: what is known, what is owed, what readers see."""

    def __init__(self, year: Year) -> None:
        self.year = year
        self._units = {unit.code: unit for unit in year.units if unit.founded is None}
        self._sent: dict[tuple[str, Period], _Versions] = {}
        self._declared: dict[tuple[str, Period], int] = {}
        self._gone: dict[str, date] = {}
        self._last_receipt = date.min
        self._blocked: dict[str, Period] = {}
        self._overridden: dict[str, Period] = {}
        self._told_together: set[tuple[str, Period]] = set()
        self._returns: dict[str, dict[Return, str]] = {bloc: {} for bloc in BLOCS}
        self._totals: dict[str, dict[tuple[str, str], Total]] = {
            bloc: {} for bloc in BLOCS
        }
        self._is_mail_up = True
        self._is_built = False
        self._approved: set[str] = set()

    def days(self, last: date) -> Iterator[tuple[date, tuple[Action, ...], Expected]]:
        """Yield each day with what happens and what must be true at its end."""
        for day, actions in self.year.days(last):
            for action in actions:
                self.take(day, action)
            yield day, actions, self.after(day)

    def declared(self, action: Declare) -> int:
        """Return the members that a summary states, by what was taken up so far."""
        return (self._members(action.bloc, action.period) or 0) + action.off

    def units_at(self, bloc: str, day: date) -> list[Unit]:
        """Return a bloc's units that are open on a day, as far as the lists know."""
        return [
            unit for unit in self._units.values()
            if unit.bloc == bloc and (unit.founded is None or unit.founded <= day)
            and not (unit.code in self._gone and self._gone[unit.code] <= day)
        ]  # fmt: skip

    def after(self, day: date) -> Expected:
        """Return what must be true at the end of a day, all of which was taken up."""
        is_built, approved = self._is_built, self._approved
        self._is_built, self._approved = False, set()
        if is_built:
            self._blocked = {
                bloc: period for bloc in BLOCS if (period := self._contradicted(bloc))
            }
            self._overridden = {}
        for bloc in BLOCS:
            if (is_built and bloc not in self._blocked) or bloc in approved:
                self._publish(bloc)
        for bloc in approved:
            self._overridden[bloc] = self._blocked.pop(bloc)
        return Expected(
            returns={k: v for bloc in BLOCS for k, v in self._returns[bloc].items()},
            totals={k: v for bloc in BLOCS for k, v in self._totals[bloc].items()},
            alerts=frozenset(self._alerts(day)),
            blocked=frozenset(self._blocked),
            is_overridden=bool(self._overridden),
            is_published=is_built,  # an override shows more of the same release
            is_mail_up=self._is_mail_up,
        )

    def take(self, day: date, action: Action) -> None:
        """Take up what happens on a day."""
        self._is_built |= self._take(day, action)

    def _take(self, day: date, action: Action) -> bool:  # noqa: C901 - one case each
        """Take up one action; whether readers get another release by it."""
        match action:
            case Send():
                self._send(action)
                self._last_receipt = day
            case Declare():
                self._declared[action.bloc, action.period] = self.declared(action)
                self._last_receipt = day
            case Withdraw():
                self._sent[action.unit, action.period].good.pop()
            case Merge():
                self._gone[action.unit] = action.effective
            case Found():
                self._units[action.unit] = self.year.unit(action.unit)
            case ApproveClosing():
                for unit in self.units_at(action.bloc, action.period.end):
                    versions = self._versions(unit.code, action.period)
                    versions.fixed = versions.counted
                return False
            case Reopen():
                for (sender, period), versions in self._sent.items():
                    if period is action.period and sender.startswith(action.bloc):
                        versions.fixed = None
            case ApproveOverride():
                self._approved.add(action.bloc)
                return False
            case MailDown() | MailUp():
                self._is_mail_up = isinstance(action, MailUp)
                return False
            case _:
                return False
        return True

    def _send(self, action: Send) -> None:
        versions = self._versions(action.unit, action.period)
        if action.is_broken:
            versions.was_sent_back = True
        else:
            versions.good.append(action.figures)

    def _versions(self, unit: str, period: Period) -> _Versions:
        return self._sent.setdefault((unit, period), _Versions())

    def _owing(self, bloc: str, period: Period) -> list[str]:
        """Return who owes a return: those open at its end.

        Who went before it sends a last one, which counts, without owing it: its
        members are another's by then.
        """
        return [unit.code for unit in self.units_at(bloc, period.end)]

    def _members(self, bloc: str, period: Period) -> int | None:
        counted = [
            versions.counted for unit in self._owing(bloc, period)
            if (versions := self._sent.get((unit, period))) and versions.counted
        ]  # fmt: skip
        return sum(figures.closing for figures in counted) if counted else None

    def _missing(self, bloc: str, period: Period) -> list[tuple[str, str]]:
        units = [
            (unit, "membership") for unit in self._owing(bloc, period)
            if not self._versions(unit, period).counted
        ]  # fmt: skip
        if (bloc, period) not in self._declared:
            units.append((f"{bloc}-VP", "bloc_summary"))
        return units

    def _contradicted(self, bloc: str) -> Period | None:
        """Return the period whose whole total is not what the office declared."""
        for period in PERIODS:
            missing = {form for _, form in self._missing(bloc, period)}
            declared = self._declared.get((bloc, period))
            is_whole = declared is not None and "membership" not in missing
            if is_whole and declared != self._members(bloc, period):
                return period
        return None

    def _publish(self, bloc: str) -> None:
        self._returns[bloc] = {}
        self._totals[bloc] = {}
        for period in PERIODS:
            owing = [(unit, "membership") for unit in self._owing(bloc, period)]
            missing = self._missing(bloc, period)
            for unit, form in (*owing, (f"{bloc}-VP", "bloc_summary")):
                state = "accepted"
                if (unit, form) in missing:
                    is_due = period.due < self._last_receipt
                    state = "missing" if is_due else "not_due"
                    if (unit, period) in self._sent and self._sent[
                        unit, period
                    ].is_rejected:
                        state = "rejected"
                self._returns[bloc][unit, form, period.code] = state
            self._totals[bloc][bloc, period.code] = Total(
                self._members(bloc, period),
                self._declared.get((bloc, period)),
                len([one for one in owing if one not in missing]),
                len(owing),
            )

    def _alerts(self, day: date) -> Iterator[Alert]:
        for bloc in BLOCS:
            for period in PERIODS:
                yield from self._missing_alerts(bloc, period, day)
                yield from self._rejected_alerts(bloc, period, day)
                if self._blocked.get(bloc) is period:
                    yield "publish_blocked", "critical", bloc, "", period.code
                if self._overridden.get(bloc) is period:
                    yield "publish_overridden", "warning", bloc, "", ""
                    yield "check_failed", "critical", bloc, "", period.code

    def _missing_alerts(self, bloc: str, period: Period, day: date) -> Iterator[Alert]:
        """What is missing is told of the bloc, from before the due day until all came.

        If it comes to be missing later, it is told of its unit. A unit whose return was
        sent back has an alert of its own once it is overdue.
        """
        is_ahead = day <= period.due
        told = {
            unit for unit, _ in self._missing(bloc, period)
            if is_ahead or not self._versions(unit, period).is_rejected
        }  # fmt: skip
        if not told or day < period.due - _REMIND_BEFORE:
            self._told_together.discard((bloc, period))
            return
        severity = _overdue(period, day)
        if is_ahead or len(told) > _MOST_ALONE or (bloc, period) in self._told_together:
            self._told_together.add((bloc, period))
            kind = "return_due" if is_ahead else "return_missing"
            yield kind, "info" if is_ahead else severity, bloc, "", period.code
        else:
            for unit in told:
                yield "return_missing", severity, bloc, unit, period.code

    def _rejected_alerts(self, bloc: str, period: Period, day: date) -> Iterator[Alert]:
        owing = self._owing(bloc, period)
        for unit in self._units:
            versions = self._sent.get((unit, period))
            if unit.startswith(bloc) and versions and versions.is_rejected:
                is_answered = versions.counted or unit not in owing
                severity = "warning" if is_answered else _overdue(period, day)
                yield "file_rejected", severity, bloc, unit, period.code


def _overdue(period: Period, day: date) -> str:
    return "critical" if day - period.due >= _CRITICAL_AFTER else "warning"
