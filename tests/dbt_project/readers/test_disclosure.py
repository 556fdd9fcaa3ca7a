"""Every count of discipline that readers do not see can be much or little for them."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from tests.dbt_project.compiled_build import WholeBuild
from tests.dbt_project.readers.disclosure_attack import Attack, Name, Release
from tests.dbt_project.readers.disclosure_world import (
    FORMS,
    MEASURES,
    Counts,
    Disclosure,
    Returns,
    Seen,
    Unit,
)
from tests.dbt_project.world import World

from bloc_warehouse.database.connection import connect

THRESHOLD = 3


@pytest.fixture(scope="module")
def disclosure(world: World, whole_build: WholeBuild) -> Iterator[Disclosure]:
    with connect("transform", settings=world.settings) as connection:
        try:
            yield Disclosure(connection, whole_build)
        finally:
            connection.rollback()


def counts(*forms: int, committee: int = 0, holders: int | None = None) -> Counts:
    """Count those disciplined by form, the others with nobody."""
    stated = dict(zip(FORMS, (*forms, 0, 0, 0, 0), strict=False))
    return {
        **stated,
        "discipline_total": sum(stated.values()),
        "of_which_committee_members": committee,
        "dismissal_office_holders": stated["dismissal"] if holders is None else holders,
    }


def year(*units: Counts, bloc: str = "A") -> Returns:
    """Let so many units report a year at once."""
    return Returns({
        f"{bloc}{number}": Unit({"Y": bloc}, {"Y": stated})
        for number, stated in enumerate(units)
    })  # fmt: skip


@dataclass(frozen=True, slots=True)
class History:
    """Releases one after the other, and what readers saw of each."""

    releases: Sequence[Release]

    @classmethod
    def shown(cls, disclosure: Disclosure, returns: Sequence[Returns]) -> "History":
        disclosure.forget()
        releases: list[Release] = []
        for year_returns in returns:
            versions = dict.fromkeys(year_returns.units, 0)
            if releases:
                before = releases[-1]
                versions = {
                    code: before.versions[code]
                    + (unit is not before.returns.units[code])
                    for code, unit in year_returns.units.items()
                }
            releases.append(
                Release(disclosure.release(year_returns), year_returns, versions)
            )
        return cls(releases)

    def attack(self, threshold: int = THRESHOLD) -> Attack:
        attack = Attack(threshold)
        for release in self.releases:
            attack.learn(release)
        return attack

    def with_counts(self, found: Mapping[Name, int]) -> list[Returns]:
        """Return the returns with others' counts, as the attacker thinks possible."""
        made: dict[tuple[str, int], Unit] = {}
        returns = []
        for release in self.releases:
            for code, unit in release.returns.units.items():
                version = release.versions[code]
                counts = {
                    period: {
                        measure: found.get((code, version, measure, period), 0)
                        for measure in MEASURES
                    }
                    for period in unit.counts
                }
                made.setdefault((code, version), replace(unit, counts=counts))
            units = {
                code: made[code, release.versions[code]]
                for code in release.returns.units
            }
            returns.append(replace(release.returns, units=units))
        return returns

    def returns(self) -> list[Returns]:
        return [release.returns for release in self.releases]

    def seen(self) -> list[Seen]:
        return [release.seen for release in self.releases]


def drawn_unit(rng: random.Random, blocs: Mapping[str, str]) -> Unit:
    """Draw a unit: most have nothing, some a person or two, few many."""
    stated: dict[str, Counts] = {}
    forms = dict.fromkeys(FORMS, 0)
    most = rng.choice((0, 0, 1, 2, 9))
    for period in blocs:
        grown = rng.randint(0, most)
        for form in rng.choices(FORMS[: rng.choice((1, 4))], k=min(grown, 3)):
            forms[form] += max(grown // 3, 1)
        total = sum(forms.values())
        stated[period] = counts(
            *forms.values(),
            committee=rng.choice((0, rng.randint(0, total))),
            holders=forms["dismissal"] + rng.choice((0, 0, 3)),
        )
    return Unit(blocs, stated)


def drawn_history(rng: random.Random) -> list[Returns]:
    """Draw a year of a bloc, or of two that merge, with corrections and overrides.

    A total that the office contests is critical: readers see it by an override alone.
    """
    if rng.random() < 0.25:
        units = {
            f"{bloc}{number}": drawn_unit(rng, {"H1": bloc, "Y": "C"})
            for bloc in ("A", "B")
            for number in range(rng.randint(3, 4))
        }
        first = Returns(units, {"C": frozenset({"A", "B"})})
    else:
        periods = rng.choice((("Y",), ("H1", "Y"), ("Q1", "H1", "M9", "Y")))
        units = {
            f"A{number}": drawn_unit(rng, dict.fromkeys(periods, "A"))
            for number in range(rng.randint(2, 6))
        }
        first = Returns(units)
    keys = frozenset(key for key in first.totals() if rng.random() < 0.2)
    contested = frozenset(key for key in first.totals() if rng.random() < 0.1)
    history = [replace(first, missing=keys, contested=contested), first]
    for _ in range(rng.randint(0, 2)):
        code = rng.choice(list(units))
        again = drawn_unit(rng, units[code].blocs)
        history.append(history[-1].corrected(code, again.counts))
    return history


def corrections(history: Sequence[Returns]) -> list[set[tuple[str, str]]]:
    """Return the units and periods of which each release has another total."""
    return [
        {
            (code, period)
            for code, unit in after.units.items()
            for period, stated in unit.counts.items()
            if stated["discipline_total"]
            != before.units[code].counts[period]["discipline_total"]
        }
        for before, after in pairwise(history)
    ]


@pytest.mark.parametrize("seed", range(20))
def test_every_withheld_count_keeps_a_range(seed: int, disclosure: Disclosure) -> None:
    rng = random.Random(seed)  # noqa: S311 - drawn, not secret
    history = History.shown(disclosure, drawn_history(rng))
    attack = history.attack()
    targets = attack.targets()
    for label in rng.sample(sorted(targets), min(14, len(targets))):
        least, counts_of_least = attack.extreme(targets[label], 1)
        most, counts_of_most = attack.extreme(targets[label], -1)
        assert most - least >= THRESHOLD, (label, least, most)
        if rng.random() < 0.1:
            # what the attacker thinks possible is: readers would see the very same
            for found in (counts_of_least, counts_of_most):
                returns = history.with_counts(found)
                if corrections(returns) == corrections(history.returns()):
                    other = History.shown(disclosure, returns)
                    assert other.seen() == history.seen(), label


def test_forms_beside_a_total_pin_none_of_them(disclosure: Disclosure) -> None:
    returns = year(counts(3, 3, 0, 1), counts(2), counts(1, 1), counts(5))
    history = History.shown(disclosure, [returns])
    [seen] = history.seen()
    assert (seen.totals["A", "Y"], set(seen.rows)) == (16, {"A3"})
    attack = history.attack()
    for measure in MEASURES:
        target = {("A0", 0, measure, "Y"): 1.0}
        least, most = (attack.extreme(target, sign)[0] for sign in (1, -1))
        assert most - least >= THRESHOLD, measure


def test_a_total_is_decided_on_once(disclosure: Disclosure) -> None:
    """That it was small tells of the others what remains when one unit corrects it."""
    small = year(counts(1), counts(1), counts(), counts())
    large = small.corrected("A3", {"Y": counts(9)})
    history = History.shown(disclosure, [small, large])
    assert [lifetime.totals["A", "Y"] for lifetime in history.seen()] == [None, None]
