"""Turns of inspection and supervision, spread over bodies, intervals and kinds."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bloc_samples.apportion import apportion, stream, uneven
from bloc_samples.figures.discipline import Discipline
from bloc_samples.figures.member_counts import Sizes
from bloc_samples.population.units import Population
from bloc_samples.scenario import Lineage
from bloc_warehouse.domain.periods import period_of

# (body, subject, kind)
Turn = tuple[str, str, str]
Key = tuple[str, str]

_COMPLIANCE = "compliance_inspection"
SIGN = "violation_sign_inspection"
_DUTY = "inspection_duty_inspection"
_ENFORCEMENT = "discipline_enforcement_inspection"
_FINANCE = "finance_inspection"
_THEMATIC = "thematic_supervision"
_REGULAR = "regular_supervision"
_COMMITTEE, _COMMISSION = "grassroots_committee", "grassroots_inspection_commission"
_BLOC_COMMITTEE, _BLOC_COMMISSION, _BLOC_DEPARTMENTS = (
    "bloc_standing_committee",
    "bloc_inspection_commission",
    "bloc_departments",
)


@dataclass(frozen=True, slots=True)
class Share:
    """A printed total of Đắk Lắk's term, or the part of it that one level conducted.

    ``units`` says whether the units' bodies or the offices' conducted it.
    """

    body: str
    subject: str
    units: bool
    kinds: Mapping[str, int]
    total: int


def printed_shares(rng: random.Random) -> tuple[Share, ...]:
    """Return the published totals of the term; the commissions' are split in two."""
    inspections = {_COMPLIANCE: 6, _DUTY: 2, _FINANCE: 2}
    of_members = {_COMPLIANCE: 7, SIGN: 2}
    by_commission = {
        _DUTY: 3,
        _ENFORCEMENT: 1,
        _FINANCE: 3,
        _THEMATIC: 5,
        _COMPLIANCE: 2,
    }
    on_members = {_COMPLIANCE: 2, _THEMATIC: 2}
    of_units = {_COMPLIANCE: 5, _FINANCE: 1, _THEMATIC: 4}
    organisations, members = rng.randint(290, 350), rng.randint(55, 80)
    return (
        Share(_BLOC_COMMITTEE, "organisation", False, inspections, 74),
        Share(_BLOC_COMMITTEE, "member", False, of_members, 63),
        Share(_BLOC_DEPARTMENTS, "organisation", False, {_DUTY: 1, _COMPLIANCE: 1}, 7),
        Share(_BLOC_COMMISSION, "organisation", False, by_commission, organisations),
        Share(_COMMISSION, "organisation", True, by_commission, 948 - organisations),
        Share(_BLOC_COMMISSION, "member", False, {SIGN: 3, _THEMATIC: 2}, members),
        Share(_COMMISSION, "member", True, on_members, 204 - members),
        Share(_COMMITTEE, "organisation", True, {**of_units, _REGULAR: 3}, 985),
        Share(_COMMITTEE, "member", True, of_units, 17_694),
    )


# turns that no printed total counts: (body, subject, kind), whose, most in an interval
_UNCOUNTED = (
    (_BLOC_COMMITTEE, "organisation", _THEMATIC, False, 4),
    (_BLOC_DEPARTMENTS, "organisation", _THEMATIC, False, 3),
    (_BLOC_COMMISSION, "organisation", _REGULAR, False, 9),
    (_COMMISSION, "member", _REGULAR, True, 4),
    (_COMMITTEE, "member", _REGULAR, True, 6),
    ("cell", "member", _COMPLIANCE, True, 12),
    ("cell", "member", _THEMATIC, True, 8),
)


def draw_turns(
    seed: int,
    lineage: Lineage,
    population: Population,
    sizes: Sizes,
    discipline: Discipline,
) -> dict[Key, Counter[Turn]]:
    """Return (sender, period) → turns of the interval that ends with the period."""
    rng = stream(seed, "inspections", lineage.code)
    turns: dict[Key, Counter[Turn]] = {
        key: Counter()
        for key in (*sorted(sizes), *office_intervals(lineage, population))
    }
    committees = [key for key in sorted(sizes) if _has_cells(population, key)]
    for share in printed_shares(rng):
        if not share.units:
            keys = office_intervals(lineage, population)
        elif (share.body, share.subject) == (_COMMITTEE, "member"):
            keys = sorted(sizes)
        else:
            keys = committees
        _spread(rng, share, keys, _weights(rng, lineage, sizes, keys), turns)
    _add_uncounted(rng, lineage, population, committees, turns)
    _follow_signs(discipline, turns)
    return turns


def office_intervals(lineage: Lineage, population: Population) -> list[Key]:
    """Return (office, period) for the intervals in which each office is at work.

    The offices of the predecessors report until the merger; that of the new bloc
    reports what its own bodies did since, so that nothing is counted twice.
    """
    return [
        (unit.code, period)
        for unit in population.units
        if unit.is_office and unit.spans[0].bloc_code in lineage.blocs
        for period in lineage.timeline
        if unit.span_at(period)
    ]


def _has_cells(population: Population, key: Key) -> bool:
    span = population.unit(key[0]).span_at(key[1])
    return span is not None and span.unit_kind == "dbcs"


def _weights(
    rng: random.Random, lineage: Lineage, sizes: Sizes, keys: Sequence[Key]
) -> list[float]:
    draws = uneven(rng, len(keys), spread=0.3)
    return [
        draw * lineage.length(key[1]) * (sizes[key].opening if key in sizes else 1)
        for key, draw in zip(keys, draws, strict=True)
    ]


def _spread(
    rng: random.Random,
    share: Share,
    keys: Sequence[Key],
    weights: Sequence[float],
    turns: Mapping[Key, Counter[Turn]],
) -> None:
    # the last interval has some of everything, so that each total can be seen to move
    last = max(keys, key=lambda key: period_of(key[1]).end)
    least = [int(key == last) for key in keys]
    parts = apportion(share.total, weights, lower=least)
    for key, count in zip(keys, parts, strict=True):
        draws = uneven(rng, len(share.kinds), spread=0.4)
        kind_weights = [
            weight * draw
            for weight, draw in zip(share.kinds.values(), draws, strict=True)
        ]
        for kind, part in zip(share.kinds, apportion(count, kind_weights), strict=True):
            if part:
                turns[key][share.body, share.subject, kind] += part


def _add_uncounted(
    rng: random.Random,
    lineage: Lineage,
    population: Population,
    committees: Sequence[Key],
    turns: Mapping[Key, Counter[Turn]],
) -> None:
    offices = office_intervals(lineage, population)
    for body, subject, kind, is_unit, most in _UNCOUNTED:
        for key in committees if is_unit else offices:
            count = rng.randint(-most, most)
            if count > 0:
                turns[key][body, subject, kind] += count


def _follow_signs(discipline: Discipline, turns: Mapping[Key, Counter[Turn]]) -> None:
    """Turn as many inspections of members as needed into ones on signs of violation."""
    for key, forms in sorted(discipline.items()):
        own = turns[key]
        wanted = sum(forms.values())
        for kind in (_COMPLIANCE, _THEMATIC):
            source = (_COMMITTEE, "member", kind)
            moved = min(wanted, own[source])
            own.subtract({source: moved, (_COMMITTEE, "member", SIGN): -moved})
            wanted -= moved
        for turn in [turn for turn, count in own.items() if not count]:
            del own[turn]
