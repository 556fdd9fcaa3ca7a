"""What goes wrong in an office over the years: late, corrected, refused, missing.

The figures in print stay as they are: the returns that they rest on come in time and
right at once. So they are the same with and without the history.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bloc_samples.apportion import stream
from bloc_samples.files.habits import draw_habit
from bloc_samples.obligations import Obligation, obligations
from bloc_samples.returns import slips
from bloc_samples.returns.model import Return
from bloc_samples.scenario import LAST_DAY, OFFICE_SUFFIX

_LATEST = "2024-Y"
_LATE, _LATE_DAYS = 0.05, (1, 22)
_CORRECTED, _CORRECTED_DAYS = 0.02, (6, 30)
_REFUSED, _REFUSED_DAYS = 0.008, (2, 9)
# by the day on which the history ends: units that have sent nothing for the latest
# period, and those whose file was refused
_MISSING = {"LAN": 0.14, "DLK": 0.09, "LSN": 0.2, "DTP": 0.08}
_STILL_REFUSED = {"LAN": 1, "DLK": 2}
_CONTRADICTING = "LSN"
# awards of five years are in print: they count whenever they were given
_ALWAYS_SENT = ("DTP", "awards_training")
# bloc, form, period, how many: warnings that somebody will have to answer
_ODD: tuple[tuple[str, str, str, int], ...] = (
    ("LAN", "admissions", "2023-Q1", 1),
    ("LAN", "admissions", "2024-Q1", 2),
    ("DLK", "admissions", "2022-M9", 1),
    ("DLK", "admissions", "2024-Q1", 2),
    ("DTP", "ratings", "2022-Y", 1),
    ("DLK", "ratings", "2023-Y", 2),
    ("LSN", "ratings", "2023-Y", 1),
)

Due = tuple[str, str, str]  # bloc, form, period


@dataclass(slots=True)
class _Office:
    """What has come in, and what was wrong with it."""

    rng: random.Random
    due: Mapping[Due, date]
    in_print: Collection[Due]
    counted: list[Return] = field(default_factory=list)
    spoilt: list[Return] = field(default_factory=list)

    def receive(self, together: Sequence[Return]) -> None:
        """Take in what a sender sends together, with what may go wrong."""
        first = together[0]
        is_in_print = any(_due(sent) in self.in_print for sent in together)
        if is_in_print or first.unit_code.endswith(OFFICE_SUFFIX):
            self.counted += together
            return
        if self.rng.random() < _LATE:
            days = self.rng.randint(*_LATE_DAYS)
            together = _moved(together, self.due[_due(first)], days)
        if self.rng.random() < _REFUSED and first.form == "membership":
            again = self._sent_again(together, _REFUSED_DAYS)
            if again:
                self.spoilt += [slips.miscounted(together[0]), *together[1:]]
                together = again
        else:
            together = [self._corrected(sent) for sent in together]
        self.counted += together

    def _corrected(self, sent: Return) -> Return:
        """Return the version that counts; what it corrects is kept beside it."""
        if self.rng.random() < _CORRECTED:
            wrong = slips.first_try(self.rng, sent)
            again = self._sent_again([sent], _CORRECTED_DAYS)
            if wrong and again:
                self.spoilt.append(wrong)
                return again[0]
        return sent

    def _sent_again(
        self, together: Sequence[Return], days: tuple[int, int]
    ) -> list[Return]:
        """Return the next versions, some days later; none once the history ends."""
        received = together[0].received
        later = _moved(together, received, self.rng.randint(*days))
        if later[0].received == received:
            return []
        return [replace(sent, number=2) for sent in later]


def with_mishaps(
    seed: int, returns: Iterable[Return]
) -> tuple[list[Return], list[Return]]:
    """Return the returns that count in the end, and all that was sent beside them."""
    rng = stream(seed, "mishaps")
    due = _due_days(obligations(history=True))
    in_print = frozenset(_due_days(obligations()))
    known = [sent for sent in returns if sent.received <= LAST_DAY]
    latest = [sent for sent in known if sent.period == _LATEST]
    office = _Office(rng, due, in_print)
    absent = _absent(seed, rng, latest, office)
    odd = _odd(rng, known)
    groups: dict[tuple[str, str, date], list[Return]] = defaultdict(list)
    for sent in known:
        if not _is_absent(sent, absent):
            found = odd.get((sent.unit_code, sent.form, sent.period), sent)
            groups[sent.unit_code, sent.period, sent.received].append(found)
    for together in groups.values():
        office.receive(together)
    return office.counted, office.spoilt


def _due_days(owed: Iterable[Obligation]) -> dict[Due, date]:
    """Return the day by which each return is due."""
    return {
        (duty.bloc_code, duty.form, period.code): (
            period.end + timedelta(days=duty.due_days)
        )
        for duty in owed
        for period in duty.periods()
    }


def _due(sent: Return) -> Due:
    return sent.bloc_code, sent.form, sent.period


def _absent(
    seed: int, rng: random.Random, latest: Sequence[Return], office: _Office
) -> frozenset[str]:
    """Choose the units of whose latest returns none counts yet, or not all do.

    Some have sent nothing; a file was refused; two forms contradict each other.
    """
    absent: set[str] = set()
    for bloc, share in _MISSING.items():
        codes = sorted(
            {
                sent.unit_code
                for sent in latest
                if sent.bloc_code == bloc and sent.form == "membership"
            }
        )
        missing = rng.sample(codes, round(share * len(codes)))
        absent.update(missing)
        others = [
            code
            for code in codes
            if code not in missing and not _sends_apart(seed, code)
        ]
        refused = rng.sample(others, _STILL_REFUSED.get(bloc, 0))
        for code in refused:
            first, *more = (sent for sent in latest if sent.unit_code == code)
            office.spoilt += [slips.miscounted(first), *more]
        absent.update(refused)
        if bloc == _CONTRADICTING:
            contradicting = rng.choice(others)
            absent.add(contradicting)
            office.spoilt += [
                slips.one_more_admitted(sent) if sent.form == "admissions" else sent
                for sent in latest
                if sent.unit_code == contradicting
            ]
    return frozenset(absent)


def _is_absent(sent: Return, absent: Collection[str]) -> bool:
    return (
        sent.period == _LATEST
        and sent.unit_code in absent
        and (sent.bloc_code, sent.form) != _ALWAYS_SENT
    )


def _sends_apart(seed: int, code: str) -> bool:
    """Whether a unit's forms of one day are several files."""
    habit = draw_habit(seed, code)
    return habit.layout == "csv" or habit.splits_workbooks


def _odd(
    rng: random.Random, returns: Sequence[Return]
) -> dict[tuple[str, str, str], Return]:
    """Return (unit, form, period) → a return that a rule between returns warns of."""
    odd: dict[tuple[str, str, str], Return] = {}
    changes: dict[str, Callable[[Return], Return | None]] = {
        "admissions": slips.other_plan,
        "ratings": slips.one_not_counted,
    }
    for bloc, form, period, count in _ODD:
        fitting = [
            changed
            for sent in returns
            if (sent.bloc_code, sent.form, sent.period) == (bloc, form, period)
            and (changed := changes[form](sent))
        ]
        for changed in rng.sample(fitting, count):
            odd[changed.unit_code, form, period] = changed
    return odd


def _moved(together: Sequence[Return], since: date, days: int) -> list[Return]:
    """Let returns come so many days after a day, yet before the history ends."""
    day = min(since + timedelta(days=days), LAST_DAY)
    return [replace(sent, received=max(day, sent.received)) for sent in together]
