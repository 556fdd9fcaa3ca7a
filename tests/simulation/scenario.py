"""A made year of two blocs: who sends what on which day, and what else happens.

Pure: the same seed gives the same year. Nothing here asks the warehouse for anything;
what must come of it is worked out in ``oracle``.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.simulation.actions import (
    BLOCS,
    DUE_DAYS,
    FIRST_DAY,
    H1,
    LAST_DAY,
    LAST_YEAR,
    M9,
    PERIODS,
    Q1,
    YEAR,
    Action,
    ApproveClosing,
    ApproveOverride,
    AskToClose,
    AskToOverride,
    Declare,
    Figures,
    Found,
    Kill,
    Kind,
    MailDown,
    MailUp,
    Merge,
    Period,
    Reopen,
    Send,
    Unit,
    Withdraw,
)


@dataclass(frozen=True, slots=True)
class Year:
    """The units, and what happens on which day, in the order in which it does."""

    seed: int
    units: tuple[Unit, ...]
    actions: dict[date, tuple[Action, ...]] = field(hash=False)

    def days(self, last: date = LAST_DAY) -> Iterator[tuple[date, tuple[Action, ...]]]:
        """Yield each day up to the last one, with what happens."""
        day = FIRST_DAY
        while day <= last:
            yield day, self.actions.get(day, ())
            day += timedelta(days=1)

    def unit(self, code: str) -> Unit:
        """Return a unit by its code."""
        return next(unit for unit in self.units if unit.code == code)


_NAMES = ("Sở Y tế", "Sở Tài chính", "Báo tỉnh", "Kho bạc", "Thư viện", "Đài tỉnh")
_INGEST = (
    ("ingest_submissions", "find_new_files"),
    ("ingest_submissions", "load_batch"),
)
_BUILD = tuple(
    ("build_warehouse", task)
    for task in (
        *("stage_submissions", "cross_check", "build_marts"),
        *("audit_marts", "publish_marts", "refresh_alerts"),
    )
)
_QUIET = (
    ("ingest_submissions", "find_new_files"),
    ("remind_missing_units", "remind_units"),
    ("deliver_alerts", "deliver_alerts"),
)


def make_year(seed: int) -> Year:
    """Draw the year of a seed."""
    return _Draw(seed).year()


class _Draw:
    """Draws one year, period by period, so that each return follows from the last."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a drawing, no secret
        self._seed = seed
        self._actions: dict[date, list[Action]] = {}
        self._units = [*self._first_units("BAC", 5), *self._first_units("NAM", 4)]
        self._founded = Unit(
            "NAM-005", "NAM", "dbcs", f"Đảng bộ {_NAMES[5]} NAM",
            date(YEAR, 8, self._random.randint(1, 20)),
        )  # fmt: skip
        self._merged, self._successor = "BAC-005", "BAC-001"
        self._merger_day = date(YEAR, 5, self._random.randint(2, 25))
        sizes = self._random.sample(range(36, 90), 3) + self._random.sample(
            range(34, 90), 3
        )
        small = self._random.sample(range(15, 24), 4)
        self._opening = {
            unit.code: (sizes if unit.kind == "dbcs" else small).pop()
            for unit in self._units
        }
        self._flows: dict[str, Figures] = {}
        self._numbers: dict[tuple[str, Period], int] = {}

    def _first_units(self, bloc: str, count: int) -> list[Unit]:
        kinds: list[Kind] = ["dbcs", "dbcs", "dbcs", "cbcs", "cbcs"]
        if bloc == "NAM":
            kinds = ["dbcs", "dbcs", "dbcs", "cbcs"]
        words = {"dbcs": "Đảng bộ", "cbcs": "Chi bộ"}
        return [
            Unit(f"{bloc}-{n + 1:03}", bloc, kind, f"{words[kind]} {_NAMES[n]} {bloc}")
            for n, kind in enumerate(kinds[:count])
        ]

    def year(self) -> Year:
        """Return the whole year."""
        wrong = dict(zip((H1, M9), self._random.sample(BLOCS, 2), strict=True))
        for period in PERIODS:
            self._report(period)
            # the wrong one comes last: it looks for days on which nothing is built
            for bloc in sorted(BLOCS, key=lambda bloc: wrong.get(period) == bloc):
                self._summarise(bloc, period, is_wrong=wrong.get(period) == bloc)
        self._merge()
        self._found()
        self._correct_and_withdraw()
        self._close_and_reopen()
        self._silence_mail()
        self._kill()
        return Year(
            self._seed,
            (*self._units, self._founded),
            {day: tuple(done) for day, done in sorted(self._actions.items())},
        )

    def _on(self, day: date, *actions: Action) -> None:
        self._actions.setdefault(day, []).extend(actions)

    def _number(self, unit: str, period: Period) -> int:
        self._numbers[unit, period] = self._numbers.get((unit, period), 0) + 1
        return self._numbers[unit, period]

    def _reporting(self, period: Period) -> list[Unit]:
        units = [*self._units]
        if period is M9:
            units = [unit for unit in units if unit.code != self._merged]
            units.append(self._founded)
        return units

    def _report(self, period: Period) -> None:
        """Have each unit send: some early, one broken first, one late."""
        units = self._reporting(period)
        late, broken = self._random.sample(units, 2)
        for unit in units:
            figures = self._figures(unit, period)
            day = period.end + timedelta(days=self._random.randint(2, DUE_DAYS - 2))
            if self._random.random() < 0.25:  # on the first day that it can
                day = period.end + timedelta(days=1)
            if unit is late:
                day = period.due + timedelta(days=self._random.randint(4, 18))
            if unit is broken:
                number = self._number(unit.code, period)
                self._on(day, Send(unit.code, period, number, figures, is_broken=True))
                day += timedelta(days=self._random.randint(1, 4))
            number = self._number(unit.code, period)
            self._on(day, Send(unit.code, period, number, figures))

    def _figures(self, unit: Unit, period: Period) -> Figures:
        """Draw what a unit states: what it stated before in the year, and more."""
        code, draw = unit.code, self._random
        most = 2 if unit.kind == "dbcs" else 1
        admitted, died = draw.randint(1, most), draw.randint(0, most - 1)
        before = self._flows.get(code)
        if unit is self._founded:
            figures = Figures(0, admitted, draw.randint(32, 48), 0)
        elif before is None or period is Q1:
            opening = before.closing if before else self._opening[code]
            figures = Figures(opening, admitted, 0, died)
        else:
            figures = Figures(
                before.opening, before.admitted + admitted, before.moved_in,
                before.died + died, before.taken_over, before.handed_over,
            )  # fmt: skip
        if period is H1 and code == self._merged and before:
            figures = Figures(
                before.opening, before.admitted, 0, before.died,
                handed_over=before.closing,
            )  # fmt: skip
        if period is H1 and code == self._successor:
            carried = self._flows[self._merged].closing if self._merged_first else 0
            figures = Figures(
                figures.opening, figures.admitted, 0, figures.died, taken_over=carried
            )
        self._flows[code] = figures
        return figures

    @property
    def _merged_first(self) -> bool:
        return self._flows[self._merged].handed_over == 0

    def _summarise(self, bloc: str, period: Period, *, is_wrong: bool) -> None:
        """Have the office declare once all have sent; wrongly where it is to be."""
        day = 1 + max(
            (sent for sent, done in self._actions.items() for action in done
             if isinstance(action, Send) and action.period is period
             and action.unit.startswith(bloc)),
        ).toordinal()  # fmt: skip
        office, declared = f"{bloc}-VP", date.fromordinal(day)
        off = self._random.randint(2, 9) if is_wrong else 0
        self._on(declared, Declare(bloc, period, self._number(office, period), off))
        if not is_wrong:
            return
        if period is M9:
            declared = self._override(bloc, declared)
        corrected = declared + timedelta(days=self._random.randint(5, 9))
        self._on(corrected, Declare(bloc, period, self._number(office, period)))

    def _override(self, bloc: str, blocked: date) -> date:
        """Have a bloc published all the same; return when.

        Between the order and its approval nothing is built, else it would be refused.
        """
        asked = blocked + timedelta(days=1)
        while {asked, asked + timedelta(days=1)} & self._actions.keys():
            asked += timedelta(days=1)
        approved = asked + timedelta(days=1)
        self._on(asked, AskToOverride(bloc))
        self._on(approved, ApproveOverride(bloc))
        return approved

    def _merge(self) -> None:
        carried = next(
            action.figures.handed_over
            for done in self._actions.values() for action in done
            if isinstance(action, Send) and action.unit == self._merged
            and action.period is H1
        )  # fmt: skip
        known = self._merger_day + timedelta(days=self._random.randint(0, 3))
        self._on(known, Merge(self._merged, self._successor, self._merger_day, carried))

    def _found(self) -> None:
        assert self._founded.founded is not None
        known = self._founded.founded + timedelta(days=self._random.randint(0, 5))
        self._on(known, Found(self._founded.code, self._founded.founded))

    def _correct_and_withdraw(self) -> None:
        """One unit corrects its return of the year before; another's is withdrawn."""
        corrected, withdrawn = "NAM-002", "NAM-003"
        day, sent = self._last_send(corrected, M9)
        figures = Figures(
            sent.opening, sent.admitted + 1, 0, sent.died, sent.taken_over
        )
        self._on(
            max(day, M9.due) + timedelta(days=45),
            Send(corrected, M9, self._number(corrected, M9), figures),
            Declare("NAM", M9, self._number("NAM-VP", M9)),
        )
        day, sent = self._last_send(withdrawn, LAST_YEAR)
        gone = max(day, LAST_YEAR.due) + timedelta(days=self._random.randint(22, 26))
        self._on(gone, Withdraw(withdrawn, LAST_YEAR))
        self._on(
            gone + timedelta(days=self._random.randint(2, 6)),
            Send(withdrawn, LAST_YEAR, self._number(withdrawn, LAST_YEAR), sent),
        )

    def _last_send(self, unit: str, period: Period) -> tuple[date, Figures]:
        return max(
            (day, action.figures)
            for day, done in self._actions.items() for action in done
            if isinstance(action, Send) and action.unit == unit
            and action.period is period
        )  # fmt: skip

    def _close_and_reopen(self) -> None:
        """Close the first quarter of a bloc; a correction waits until it is reopened.

        What is corrected comes back with the half-year, which holds it already.
        """
        bloc, unit = "BAC", "BAC-002"
        asked = date(YEAR, 5, self._random.randint(4, 8))
        self._on(asked, AskToClose(bloc, Q1))
        self._on(asked + timedelta(days=1), ApproveClosing(bloc, Q1))
        _, before = self._last_send(unit, Q1)
        _, after = self._last_send(unit, H1)
        is_admitted_later = after.admitted > before.admitted
        figures = Figures(
            before.opening, before.admitted + is_admitted_later, 0, before.died
        )
        corrected = asked + timedelta(days=self._random.randint(4, 9))
        self._on(corrected, Send(unit, Q1, self._number(unit, Q1), figures))
        reopened = date(YEAR, 6, self._random.randint(1, 12))
        self._on(reopened, Reopen(bloc, Q1))
        # the office's own figure of the quarter follows with the correction
        self._on(reopened, Declare(bloc, Q1, self._number(f"{bloc}-VP", Q1)))

    def _silence_mail(self) -> None:
        down = H1.due + timedelta(days=self._random.randint(-3, 1))
        self._on(down, MailDown())
        self._on(down + timedelta(days=7), MailUp())

    def _kill(self) -> None:
        """Kill once a month, in a task that runs on that day."""
        power_cuts = set(self._random.sample(range(1, 13), 3))
        for month in range(1, 13):
            busy = [
                day for day, done in self._actions.items()
                if day.month == month
                and any(isinstance(action, Send | Declare) for action in done)
            ]  # fmt: skip
            if busy:
                day = self._random.choice(sorted(busy))
                point = self._random.choice([*_INGEST, *_BUILD, *_BUILD])
            else:
                calm = (date(YEAR, month, day) for day in range(1, 29))
                day = self._random.choice([d for d in calm if d not in self._actions])
                point = self._random.choice(_QUIET)
            self._on(day, Kill(*point, with_database=month in power_cuts))
