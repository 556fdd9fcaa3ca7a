"""How many members each unit has at the start and the end of each quarter.

A unit follows the growth of its lineage, faster or slower than others and with a sway
of its own, and has its drawn size at one period: the one of which a total is in print.
"""

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bloc_samples.apportion import apportion, stream, uneven
from bloc_samples.figures.seasons import GROWTH, plenty, quarter
from bloc_samples.population.units import Event, Population, Unit
from bloc_samples.scenario import DAK_LAK_NEARLY, MEMBERS_LONG_AN, Lineage
from bloc_warehouse.domain.periods import period_of

# the size rule is 30 members (a warning); a few more leave room to shrink
BOUNDS = {"dbcs": (31, 640), "cbcs": (7, 29)}
_DRAWN = {"dbcs": (34, 420), "cbcs": (9, 28)}
_SUCCESSOR_AT_LEAST = 100
_PART_AT_LEAST = 45
_GROWN_AT_MOST = 36
_MERGING = (8, 12)
_MEMBERS_A_COMMITTEE, _MEMBERS_A_CELL = 86, 17
_YEARLY_GROWTH = {"LAN": 0.017, "DLK": 0.019, "LSN": 0.013, "DTP": 0.015}
# moves of cells that no decision explains: bloc, after which period, by which share
_MOVES = (
    ("DTP", "2022-H1", 0.32),
    ("DTP", "2024-H1", 0.3),
    ("LSN", "2023-Q1", -0.3),
)
_MOVED_CELL = (14, 20)  # members, so that the cell stays one
_SHRINKING = ("LSN", "2024-H1", 28)  # a committee falls below the size rule


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
_Path = list[int]  # members before the first period, and at the end of each


def draw_sizes(seed: int, lineage: Lineage, population: Population) -> Sizes:
    """Return (unit, period) → stock, for every unit open at the period's end."""
    rng = stream(seed, "sizes", lineage.code)
    units = population.of_blocs(lineage.blocs)
    known = {unit.code for unit in units}
    handovers = [event for event in population.handovers if event.unit_code in known]
    paths = _paths(rng, lineage, units, handovers)
    carried = _carried(lineage, paths, handovers)
    sizes: dict[tuple[str, str], Stock] = {}
    for unit in units:
        for position, period in enumerate(lineage.timeline):
            if unit.span_at(period) is None:
                continue
            eve = lineage.interval_start(period) - timedelta(days=1)
            is_new = unit.span_on(eve) is None
            path = paths[unit.code]
            sizes[unit.code, period] = Stock(
                opening=0 if is_new else path[position],
                closing=path[position + 1],
                joining=carried.get((unit.code, period), 0),
            )
    return sizes


def _paths(
    rng: random.Random,
    lineage: Lineage,
    units: Sequence[Unit],
    handovers: Sequence[Event],
) -> dict[str, _Path]:
    """Return each unit's path; a successor's rises by what joins it."""
    levels = _levels(rng, lineage)
    known = _known_sizes(rng, lineage, units, handovers)
    merging = {event.unit_code: event for event in handovers if not event.weight}
    paths: dict[str, _Path] = {}
    for unit in units:
        if unit.code in merging:
            eve = _eve(lineage, merging[unit.code])
            paths[unit.code] = _path(
                rng, lineage, unit, levels, _Known(rng.randint(*_MERGING), eve)
            )
    joining: dict[str, _Path] = defaultdict(lambda: [0] * len(levels))
    for event in merging.values():
        eve = _eve(lineage, event)
        for position in range(eve + 1, len(levels)):
            joining[event.successor_code][position] += paths[event.unit_code][eve]
    for unit in units:
        if unit.code in known:
            more = joining[unit.code]
            size = _Known(known[unit.code], _printed_at(lineage), more)
            paths[unit.code] = _path(rng, lineage, unit, levels, size)
    for whole in {event.unit_code for event in handovers if event.weight}:
        parts = [
            event.successor_code for event in handovers if event.unit_code == whole
        ]
        paths[whole] = [
            sum(sizes) for sizes in zip(*map(paths.get, parts), strict=True)
        ]
    _move_some(rng, lineage, units, paths)
    return paths


@dataclass(frozen=True, slots=True)
class _Known:
    """A size at a place of the path, and what has joined by each place."""

    members: int
    place: int
    joined: Sequence[int] = ()

    def joined_at(self, place: int) -> int:
        return self.joined[place] if self.joined else 0


def _path(
    rng: random.Random,
    lineage: Lineage,
    unit: Unit,
    levels: Sequence[float],
    known: _Known,
) -> _Path:
    """Lead a path of the unit's own pace and sway through its known size."""
    pace = rng.uniform(-0.4, 2.4)
    sway, length, phase = rng.uniform(0, 0.02), rng.uniform(9, 20), rng.uniform(0, 6)
    shape = [
        level**pace * (1 + sway * math.sin(place * 2 * math.pi / length + phase))
        for place, level in enumerate(levels)
    ]
    own = known.members - known.joined_at(known.place)
    path = []
    for place, height in enumerate(shape):
        members = round(own * height / shape[known.place]) + known.joined_at(place)
        low, high = BOUNDS[_kind(unit, lineage.timeline[max(0, place - 1)])]
        path.append(min(max(members, low), high))
    return path


def _levels(rng: random.Random, lineage: Lineage) -> list[float]:
    """Return a lineage's size, before its first period and at the end of each."""
    rates = {
        year: _YEARLY_GROWTH[lineage.code] * rng.uniform(0.75, 1.25) * plenty(year) ** 3
        for year in lineage.years
    }
    levels = [1.0]
    for period in lineage.timeline:
        growth = rates[period_of(period).year] * GROWTH[quarter(period)]
        levels.append(levels[-1] * (1 + growth))
    return levels


def _known_sizes(
    rng: random.Random,
    lineage: Lineage,
    units: Sequence[Unit],
    handovers: Sequence[Event],
) -> dict[str, int]:
    """Return the members of each unit that is open at the printed period's end."""
    lasting = [unit for unit in units if unit.span_at(lineage.printed_until)]
    kinds = [_kind(unit, lineage.printed_until) for unit in lasting]
    means = {"dbcs": _MEMBERS_A_COMMITTEE, "cbcs": _MEMBERS_A_CELL}
    parts = {
        event.successor_code: 2 * float(event.weight)
        for event in handovers
        if event.weight
    }
    weights = [
        means[kind] * weight * parts.get(unit.code, 1)
        for unit, kind, weight in zip(
            lasting, kinds, uneven(rng, len(kinds)), strict=True
        )
    ]
    bounds = [_drawn_bounds(lineage, unit, handovers) for unit in lasting]
    found = apportion(
        _total(rng, lineage, kinds),
        weights,
        lower=[low for low, _ in bounds],
        upper=[high for _, high in bounds],
    )
    return {unit.code: members for unit, members in zip(lasting, found, strict=True)}


def _total(rng: random.Random, lineage: Lineage, kinds: Sequence[str]) -> int:
    if lineage.code == "LAN":
        return MEMBERS_LONG_AN
    if lineage.code == "DLK":
        return DAK_LAK_NEARLY - rng.randint(2, 15)
    average = kinds.count("dbcs") * 72 + kinds.count("cbcs") * _MEMBERS_A_CELL
    return round(average * rng.uniform(0.95, 1.1))


def _drawn_bounds(
    lineage: Lineage, unit: Unit, handovers: Iterable[Event]
) -> tuple[int, int]:
    kind = _kind(unit, lineage.printed_until)
    low, high = _DRAWN[kind]
    for event in handovers:
        if event.successor_code == unit.code:
            return _PART_AT_LEAST if event.weight else _SUCCESSOR_AT_LEAST, high
    if any(span.unit_kind != kind for span in unit.spans):
        return low, _GROWN_AT_MOST
    return low, high


def _carried(
    lineage: Lineage, paths: Mapping[str, _Path], handovers: Iterable[Event]
) -> dict[tuple[str, str], int]:
    """Return (successor, period) → the members whom it takes over in the interval."""
    carried: dict[tuple[str, str], int] = defaultdict(int)
    for event in handovers:
        eve = _eve(lineage, event)
        source = event.successor_code if event.weight else event.unit_code
        carried[event.successor_code, lineage.timeline[eve]] += paths[source][eve]
    return carried


def _move_some(
    rng: random.Random,
    lineage: Lineage,
    units: Sequence[Unit],
    paths: Mapping[str, _Path],
) -> None:
    """Let a few units grow or shrink at once, which is worth a warning."""
    last = lineage.timeline[-1]
    free = [unit.code for unit in units if _kind(unit, last) == "cbcs"]
    for bloc, period, share in _MOVES:
        if bloc != lineage.code:
            continue
        place = lineage.timeline.index(period) + 1
        fitting = [code for code in free if paths[code][place] in range(*_MOVED_CELL)]
        chosen = rng.choice(fitting)
        free.remove(chosen)
        path = paths[chosen]
        by = round(path[place] * share)
        path[place + 1 :] = [members + by for members in path[place + 1 :]]
    bloc, period, members = _SHRINKING
    if bloc == lineage.code:
        place = lineage.timeline.index(period) + 1
        committees = [unit.code for unit in units if _kind(unit, last) == "dbcs"]
        path = paths[min(committees, key=lambda code: (paths[code][place], code))]
        path[place + 1 :] = [members for _ in path[place + 1 :]]


def _eve(lineage: Lineage, event: Event) -> int:
    """Return the place in a path on the day before an event."""
    day_before = event.effective_date - timedelta(days=1)
    ends = [period_of(period).end for period in lineage.timeline]
    return ends.index(day_before) + 1


def _printed_at(lineage: Lineage) -> int:
    return lineage.timeline.index(lineage.printed_until) + 1


def _kind(unit: Unit, period: str) -> str:
    span = unit.span_at(period) or unit.spans[-1]
    return span.unit_kind
