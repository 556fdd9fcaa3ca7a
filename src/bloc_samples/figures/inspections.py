"""Turns of inspection and supervision, spread over bodies, intervals and kinds."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bloc_samples.apportion import apportion, stream, uneven
from bloc_samples.figures.discipline import Discipline
from bloc_samples.figures.member_counts import Sizes
from bloc_samples.figures.seasons import INSPECTIONS, plenty, quarter
from bloc_samples.population.units import Population
from bloc_samples.scenario import DAK_LAK_NEARLY, Lineage
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
    """What a body did in a time, or the part of it that one level conducted.

    ``units`` says whether the units' bodies or the offices' conducted it.
    """

    body: str
    subject: str
    units: bool
    kinds: Mapping[str, int]
    total: int


def _term_shares(rng: random.Random) -> tuple[Share, ...]:
    """Return Đắk Lắk's printed totals of a term; the commissions' are split in two."""
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
    (_BLOC_COMMITTEE, "organisation", _THEMATIC, False, 2),
    (_BLOC_DEPARTMENTS, "organisation", _THEMATIC, False, 2),
    (_BLOC_COMMISSION, "organisation", _REGULAR, False, 4),
    (_COMMISSION, "member", _REGULAR, True, 2),
    (_COMMITTEE, "member", _REGULAR, True, 3),
    ("cell", "member", _COMPLIANCE, True, 4),
    ("cell", "member", _THEMATIC, True, 3),
)
_QUARTERS_OF_THE_TERM = 22


def draw_turns(
    seed: int,
    lineage: Lineage,
    population: Population,
    sizes: Sizes,
    discipline: Discipline,
) -> dict[Key, Counter[Turn]]:
    """Return (sender, period) → turns of the interval that ends with the period."""
    rng = stream(seed, "inspections", lineage.code)
    offices = office_intervals(lineage, population)
    turns: dict[Key, Counter[Turn]] = {
        key: Counter() for key in (*sorted(sizes), *offices)
    }
    committees = [key for key in sorted(sizes) if _has_cells(population, key)]
    for periods, scale in _portions(lineage, sizes):
        for share in _term_shares(rng):
            if not share.units:
                keys = offices
            elif (share.body, share.subject) == (_COMMITTEE, "member"):
                keys = sorted(sizes)
            else:
                keys = committees
            own = [key for key in keys if key[1] in periods]
            done = replace(share, total=round(share.total * scale))
            _spread(rng, done, own, _weights(rng, sizes, own), turns)
    _add_uncounted(rng, offices, committees, turns)
    _follow_signs(discipline, turns)
    return turns


def _portions(lineage: Lineage, sizes: Sizes) -> Iterator[tuple[frozenset[str], float]]:
    """Yield periods, and the share of Đắk Lắk's printed totals that is done in them.

    Its term has all of it. What lies outside goes by the members and the time.
    """
    term = [code for code in lineage.timeline if lineage.is_printed(code)]
    if lineage.code == "DLK":
        yield frozenset(term), 1.0
    for year in lineage.years:
        periods = lineage.periods_in(year)
        outside = frozenset(periods) - (set(term) if lineage.code == "DLK" else set())
        if outside:
            members = sum(
                stock.opening for (_, period), stock in sizes.items()
                if period == periods[-1]
            )  # fmt: skip
            pace = members / DAK_LAK_NEARLY * plenty(year)
            yield outside, pace * len(outside) / _QUARTERS_OF_THE_TERM


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


def _weights(rng: random.Random, sizes: Sizes, keys: Sequence[Key]) -> list[float]:
    draws = uneven(rng, len(keys), spread=0.3)
    return [
        draw
        * INSPECTIONS[quarter(key[1])]
        * (sizes[key].closing if key in sizes else 1)
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
    least = [int(key == last and share.total > 0) for key in keys]
    parts = apportion(share.total, weights, lower=least)
    kinds, weighed = list(share.kinds), list(share.kinds.values())
    for key, count in zip(keys, parts, strict=True):
        for kind in rng.choices(kinds, weighed, k=count):
            turns[key][share.body, share.subject, kind] += 1


def _add_uncounted(
    rng: random.Random,
    offices: Sequence[Key],
    committees: Sequence[Key],
    turns: Mapping[Key, Counter[Turn]],
) -> None:
    for body, subject, kind, is_unit, most in _UNCOUNTED:
        for key in committees if is_unit else offices:
            count = round(rng.randint(-most, most) * INSPECTIONS[quarter(key[1])])
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
