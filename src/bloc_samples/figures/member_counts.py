"""How many members each unit has at the start and the end of each interval."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bloc_samples.apportion import apportion, stream, uneven
from bloc_samples.population.units import Population, Unit
from bloc_samples.scenario import (
    DAK_LAK_NEARLY,
    MEMBERS_LONG_AN,
    MERGER_DAY,
    Lineage,
)
from bloc_warehouse.domain.periods import period_of

# the size rule is 30 members (a warning); a few more leave room to shrink
BOUNDS = {"dbcs": (31, 640), "cbcs": (7, 29)}
_DRAWN = {"dbcs": (34, 420), "cbcs": (9, 28)}
_SUCCESSOR_AT_LEAST = 100
_GROWN_AT_MOST = 36
_MERGING = (8, 12)
_MEMBERS_A_COMMITTEE, _MEMBERS_A_CELL = 86, 17

# opening as a share of closing, by interval; 2017 of Long An also against 2024
_GROWTH = {
    "2017-Q1": 0.993,
    "2024-H1": 0.985,
    "2019-H1": 0.978,
    "2019-Y": 0.98,
    "2020-H1": 0.994,
    "2022-M9": 0.975,
    "2023-H1": 0.985,
}
_YEARLY_GROWTH = 0.957
_GAP_GROWTH = 0.9
_MOST_CHANGE = 0.2  # a larger move without an event is worth a warning


@dataclass(frozen=True, slots=True)
class Stock:
    """A unit's members at both ends of an interval.

    ``closing`` is before a merging unit hands its members over; ``joining`` are those
    that a successor has taken over in the interval.
    """

    opening: int
    closing: int
    joining: int = 0


Sizes = Mapping[tuple[str, str], Stock]


def draw_sizes(seed: int, lineage: Lineage, population: Population) -> Sizes:
    """Return (unit, period) → stock, for every unit open at the period's end."""
    rng = stream(seed, "sizes", lineage.code)
    units = population.of_blocs(lineage.blocs)
    successors = population.merged_into
    last = _last_sizes(rng, lineage, units, successors)
    joining = {
        successor: last[code]
        for code, successor in successors.items()
        if successor in last
    }
    sizes: dict[tuple[str, str], Stock] = {}
    for unit in units:
        sizes |= _path(rng, lineage, unit, last[unit.code], joining.get(unit.code, 0))
    return sizes


def _last_sizes(
    rng: random.Random,
    lineage: Lineage,
    units: Sequence[Unit],
    successors: Mapping[str, str],
) -> dict[str, int]:
    """Return each unit's members at the end of its last interval."""
    lasting = [unit for unit in units if unit.span_at(lineage.timeline[-1])]
    bounds = [_drawn_bounds(lineage, unit, successors) for unit in lasting]
    kinds = [_kind(unit, lineage.timeline[-1]) for unit in lasting]
    means = {"dbcs": _MEMBERS_A_COMMITTEE, "cbcs": _MEMBERS_A_CELL}
    weights = [
        means[kind] * weight
        for kind, weight in zip(kinds, uneven(rng, len(kinds)), strict=True)
    ]
    parts = apportion(
        _total(rng, lineage, kinds),
        weights,
        lower=[low for low, _ in bounds],
        upper=[high for _, high in bounds],
    )
    sizes = {unit.code: part for unit, part in zip(lasting, parts, strict=True)}
    for unit in units:
        sizes.setdefault(unit.code, rng.randint(*_MERGING))
    return sizes


def _total(rng: random.Random, lineage: Lineage, kinds: Sequence[str]) -> int:
    if lineage.code == "LAN":
        return MEMBERS_LONG_AN
    if lineage.code == "DLK":
        return DAK_LAK_NEARLY - rng.randint(2, 15)
    average = kinds.count("dbcs") * 72 + kinds.count("cbcs") * _MEMBERS_A_CELL
    return round(average * rng.uniform(0.95, 1.1))


def _drawn_bounds(
    lineage: Lineage, unit: Unit, successors: Mapping[str, str]
) -> tuple[int, int]:
    kind = _kind(unit, lineage.timeline[-1])
    low, high = _DRAWN[kind]
    if unit.code in successors.values():
        return _SUCCESSOR_AT_LEAST, high
    if any(span.unit_kind != kind for span in unit.spans):
        return low, _GROWN_AT_MOST
    return low, high


def _path(
    rng: random.Random, lineage: Lineage, unit: Unit, last: int, joining: int
) -> dict[tuple[str, str], Stock]:
    """Go back in time from a unit's last size."""
    stocks: dict[tuple[str, str], Stock] = {}
    closing = last
    later_in_year: list[int] = []
    for period in reversed(lineage.timeline):
        span = unit.span_at(period)
        if span is None:
            continue
        joined = joining if lineage.interval_start(period) == MERGER_DAY else 0
        growth = _GROWTH.get(period, _YEARLY_GROWTH) * rng.uniform(0.99, 1.01)
        later_in_year.append(closing)
        wanted = round((closing - joined) * growth)
        opening = _near(wanted, later_in_year, span.unit_kind)
        stocks[unit.code, period] = Stock(opening, closing, joined)
        closing = opening
        if lineage.interval_start(period) == period_of(period).start:
            later_in_year = []
        if not lineage.continues(period):
            kind = unit.spans[0].unit_kind
            closing = _near(round(opening * _GAP_GROWTH), [opening], kind)
    return stocks


def _near(wanted: int, later: Sequence[int], kind: str) -> int:
    """Return a size from which none of the later ones is a surprising move."""
    low, high = BOUNDS[kind]
    least = max(low, *(math.ceil(size / (1 + _MOST_CHANGE)) for size in later))
    most = min(high, *(math.floor(size / (1 - _MOST_CHANGE)) for size in later))
    return min(max(wanted, least), most)


def _kind(unit: Unit, period: str) -> str:
    span = unit.span_at(period) or unit.spans[-1]
    return span.unit_kind
