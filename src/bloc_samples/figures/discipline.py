"""Who was disciplined: by a unit's own bodies, and by the bloc's commission.

A unit's expulsion also takes the member out of its membership.
"""

import random
from collections.abc import Mapping, Sequence

from bloc_samples.apportion import stream, times
from bloc_samples.figures.member_counts import Sizes
from bloc_samples.scenario import Lineage

FORMS = ("reprimand", "warning", "dismissal", "expulsion")
_SHARES = (60, 25, 8, 7)
_MILD, _MILD_SHARES = ("reprimand", "warning"), (3, 1)
_CHANCE_A_QUARTER = 0.0007  # of each member
_MOST_IN_AN_INTERVAL = 3
_BY_COMMISSION = {"member": (1, 2, 3, 4), "organisation": (0, 0, 0, 1)}

Discipline = Mapping[tuple[str, str], Mapping[str, int]]


def draw_discipline(
    seed: int, lineage: Lineage, sizes: Sizes, merging: frozenset[str]
) -> Discipline:
    """Return (unit, period) → form of discipline → members; most have none."""
    rng = stream(seed, "discipline", lineage.code)
    drawn: dict[tuple[str, str], dict[str, int]] = {}
    for (code, period), stock in sorted(sizes.items()):
        count = min(_MOST_IN_AN_INTERVAL, times(rng, stock.opening, _CHANCE_A_QUARTER))
        if count and code not in merging:
            drawn[code, period] = _counts(rng, FORMS, _SHARES, count)
    return drawn


def draw_office_discipline(
    seed: int, lineage: Lineage, keys: Sequence[tuple[str, str]]
) -> Mapping[tuple[str, str], Mapping[str, Mapping[str, int]]]:
    """Return (office, period) → subject → form → decisions of the commission.

    It expels nobody: an expulsion is in the return of the member's unit.
    """
    rng = stream(seed, "discipline", lineage.code, "office")
    return {
        key: {
            subject: _counts(rng, _MILD, _MILD_SHARES, count)
            for subject, counts in _BY_COMMISSION.items()
            if (count := rng.choice(counts))
        }
        for key in keys
    }


def _counts(
    rng: random.Random, forms: Sequence[str], shares: Sequence[int], count: int
) -> dict[str, int]:
    drawn = rng.choices(forms, shares, k=count)
    return {form: drawn.count(form) for form in forms}
