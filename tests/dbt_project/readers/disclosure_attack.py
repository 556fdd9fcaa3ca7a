"""What follows about hidden counts from all that readers see and know.

The attacker has every release, and knows which return was sent again, which total is
incomplete or contested, how the counts of a return hang together, and the rule by which
counts are withheld. All that is linear over whole numbers, so the least and the most
that a withheld count can be are two integer programs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array
from tests.dbt_project.readers.disclosure_world import (
    FORMS,
    MEASURES,
    PERIODS,
    Returns,
    Seen,
    Unit,
)

# more than any count that is drawn, so that "without bound" is a number
MOST = 40

# what a return's count is known by: unit, number of the return, measure, period
Name = tuple[str, int, str, str]
Sum = Mapping[Name, float]


@dataclass(frozen=True, slots=True)
class Release:
    """One release as the attacker knows it: the figures in ``returns`` are not read."""

    seen: Seen
    returns: Returns
    versions: Mapping[str, int]


@dataclass(slots=True)
class _Shown:
    total: int
    increase: int
    versions: Mapping[str, int]


@dataclass(slots=True)
class Attack:
    """The programs' rows and columns, gathered release by release."""

    threshold: int
    _columns: dict[Name, int] = field(default_factory=dict)
    _most: list[float] = field(default_factory=list)
    _rows: list[tuple[Sum, float, float]] = field(default_factory=list)
    _ever: dict[tuple[str, str], _Shown] = field(default_factory=dict)
    _decided: set[tuple[str, str]] = field(default_factory=set)
    _known: set[Name] = field(default_factory=set)
    _withheld: dict[str, Sum] = field(default_factory=dict)
    _made: int = 0

    def learn(self, release: Release) -> None:
        """Add what a release tells."""
        for code, unit in release.returns.units.items():
            self._learn_return(code, release.versions[code], unit)
        for (bloc, period), units in release.returns.totals().items():
            key = (bloc, period)
            total = self._total(release, period, units)
            if release.seen.totals[key] is not None:
                self._learn_total(release, key, total)
            elif key not in release.returns.missing | release.returns.contested:
                self._withheld[f"{bloc} {period} {len(self._withheld)}"] = total
                self._learn_withheld(release, key, total, units)
        for code, counts in release.seen.rows.items():
            for measure, count in counts.items():
                name = (code, release.versions[code], measure, "Y")
                self._known.add(name)
                self._add({name: 1}, count, count)

    def ranges(self, counts: Iterable[str] = ()) -> Iterator[tuple[str, float, float]]:
        """Yield what is withheld, the least and the most that it can be."""
        wanted = set(counts)
        for label, total in self.targets().items():
            if not wanted or label in wanted:
                yield label, self.extreme(total, 1)[0], self.extreme(total, -1)[0]

    def targets(self) -> dict[str, Sum]:
        """Return everything that readers do not see, by a label."""
        found: dict[str, Sum] = dict(self._withheld)
        for name in [column for column in self._columns if column[2] in MEASURES]:
            if name not in self._known:
                found[" ".join(map(str, name))] = {name: 1}
        # what came between two returns is a count as well
        of_totals = [
            column for column in self._columns if column[2] == "discipline_total"
        ]
        for earlier, later in pairwise(of_totals):
            if earlier[:2] == later[:2]:
                found[f"{later} since {earlier[3]}"] = {later: 1, earlier: -1}
        return found

    def extreme(self, total: Sum, sign: int) -> tuple[float, dict[Name, int]]:
        """Return the least (1) or the most (-1) of a sum, and counts that give it."""
        cost = np.zeros(len(self._columns))
        for name, weight in total.items():
            cost[self._columns[name]] = sign * weight
        cells = [
            (row, self._columns[name], weight)
            for row, (terms, _, _) in enumerate(self._rows)
            for name, weight in terms.items()
        ]
        rows, columns, weights = zip(*cells, strict=True)
        matrix = coo_array(
            (weights, (rows, columns)), shape=(len(self._rows), len(self._columns))
        )
        found = milp(
            cost,
            integrality=np.ones(len(cost)),
            bounds=Bounds(0, np.array(self._most)),
            constraints=LinearConstraint(
                matrix.tocsr(),
                [low for _, low, _ in self._rows],
                [high for _, _, high in self._rows],
            ),
        )
        assert found.success, found.message  # what is true fulfils every row
        counts = {
            name: round(found.x[column]) for name, column in self._columns.items()
        }
        return sign * found.fun, counts

    def _learn_return(self, code: str, version: int, unit: Unit) -> None:
        """Counts of one return add up, and from 1 January they never fall."""
        periods = [period for period in PERIODS if period in unit.blocs]
        if (code, version, "discipline_total", periods[0]) in self._columns:
            return
        names = [(code, version, "discipline_total", period) for period in periods]
        for name in names:
            self._column(name, MOST)
        for earlier, later in pairwise(names):
            self._add({later: 1, earlier: -1}, 0, np.inf)
        if periods[-1] != "Y":
            return
        forms = [(code, version, form, "Y") for form in FORMS]
        committee = (code, version, "of_which_committee_members", "Y")
        holders = (code, version, "dismissal_office_holders", "Y")
        for name in (*forms, committee, holders):
            self._column(name, MOST)
        self._add({**dict.fromkeys(forms, 1), names[-1]: -1}, 0, 0)
        self._add({committee: 1, names[-1]: -1}, -np.inf, 0)
        self._add({(code, version, "dismissal", "Y"): 1, holders: -1}, -np.inf, 0)

    def _total(self, release: Release, period: str, units: Iterable[str]) -> Sum:
        order = list(PERIODS)
        return {
            (
                code,
                release.versions[code],
                "discipline_total",
                max(
                    (
                        name
                        for name in release.returns.units[code].blocs
                        if order.index(name) <= order.index(period)
                    ),
                    key=order.index,
                ),
            ): 1
            for code in units
        }

    def _learn_total(self, release: Release, key: tuple[str, str], total: Sum) -> None:
        """A total is shown for the very counts that it was shown for before."""
        shown = release.seen.totals[key] or 0
        self._add(total, shown, shown)
        self._decided.add(key)
        reached, _ = self._reached(release, key)
        before = self._ever.setdefault(
            key, _Shown(shown, shown - reached, release.versions)
        )
        for name in total:
            old = (name[0], before.versions[name[0]], *name[2:])
            if old != name:
                self._add({name: 1, old: -1}, 0, 0)
        returns = release.returns.units
        if key[1] == "Y" and not release.returns.members.get(key[0]):
            for code, *_ in total:
                if code not in release.seen.rows and "Y" in returns[code].blocs:
                    self._learn_hidden(code, release.versions[code])

    def _learn_hidden(self, code: str, version: int) -> None:
        """A year without a row beside its bloc's total: nothing, or something small.

        It can also be a clear one, hidden so that enough is; that leaves more open.
        """
        nothing = self._choice()
        names = [(code, version, measure, "Y") for measure in MEASURES]
        small = {}
        for name in names:
            small[name] = self._choice()
            self._add({name: 1, small[name]: -1}, 0, np.inf)
            self._add({name: 1, small[name]: MOST}, -np.inf, MOST + self.threshold - 1)
        total = names[MEASURES.index("discipline_total")]
        for name in (total, names[MEASURES.index("dismissal_office_holders")]):
            self._add({name: 1, nothing: MOST}, -np.inf, MOST)
        self._add({nothing: 1, **dict.fromkeys(small.values(), 1)}, 1, np.inf)

    def _learn_withheld(
        self, release: Release, key: tuple[str, str], total: Sum, units: list[str]
    ) -> None:
        """A total was withheld when decided on, as too near; or was corrected since."""
        before = self._ever.get(key)
        if before:
            self._learn_corrected(release, before, total)
        if key in self._decided or len(units) < 3:
            return
        self._decided.add(key)
        reached, later = self._reached(release, key)
        if self._is_withheld_whatever(release, key):
            return
        near_last = self._choice()
        reach = reached + self.threshold
        self._add({**total, near_last: 10 * MOST}, -np.inf, reach + 10 * MOST)
        if later == np.inf:
            self._add({near_last: 1}, 1, 1)
        else:
            self._add({**total, near_last: 10 * MOST}, later - self.threshold, np.inf)

    def _reached(self, release: Release, key: tuple[str, str]) -> tuple[float, float]:
        """Return what was shown up to a period, and the next total shown after it."""
        bloc, period = key
        order, members = list(PERIODS), release.returns.members.get(bloc, frozenset())
        before = [
            shown.increase
            for (name, at), shown in self._ever.items()
            if name in {bloc, *members} and order.index(at) < order.index(period)
        ]
        after = [
            shown.total
            for (name, at), shown in self._ever.items()
            if name == bloc and order.index(at) > order.index(period)
        ]
        return sum(before), min(after, default=np.inf)

    def _is_withheld_whatever(self, release: Release, key: tuple[str, str]) -> bool:
        """Tell whether another bloc's total forbids this one, however large it is."""
        bloc, period = key
        order, members = list(PERIODS), release.returns.members
        return any(bloc in members.get(period, ()) for period, _ in self._ever) or any(
            name in members.get(bloc, ()) and order.index(at) >= order.index(period)
            for name, at in (*self._ever, *release.returns.totals())
        )

    def _learn_corrected(self, release: Release, before: _Shown, total: Sum) -> None:
        """Of the units that sent again since, one at least states another count."""
        others = [
            (name, (name[0], before.versions[name[0]], *name[2:]))
            for name in total
            if before.versions[name[0]] != release.versions[name[0]]
        ]
        # of a year it may be another count that differs
        if len(others) != 1 or others[0][0][3] == "Y":
            return
        (new, old), more = others[0], self._choice()
        self._add({new: 1, old: -1, more: -2 * MOST}, -np.inf, -1)
        self._add({new: 1, old: -1, more: -2 * MOST}, 1 - 2 * MOST, np.inf)

    def _choice(self) -> Name:
        self._made += 1
        return self._column(("", self._made, "choice", ""), 1)

    def _column(self, name: Name, most: float) -> Name:
        self._columns[name] = len(self._columns)
        self._most.append(most)
        return name

    def _add(self, terms: Sum, low: float, high: float) -> None:
        self._rows.append((dict(terms), low, high))
