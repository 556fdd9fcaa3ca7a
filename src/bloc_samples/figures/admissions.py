"""Plans, and people admitted: drawn person by person, so that all parts fit."""

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bloc_samples.apportion import apportion, stream, times, uneven
from bloc_samples.figures.member_counts import Sizes
from bloc_samples.figures.seasons import ADMISSIONS, plenty
from bloc_samples.population.units import Population
from bloc_samples.scenario import (
    DAK_LAK_ADMITTED,
    DAK_LAK_PLAN,
    LONG_AN_ADMITTED,
    LONG_AN_PLAN,
    LONG_AN_YOUTH,
    TERM_YEARS,
    Lineage,
)

_LARGEST_PLAN = 30
_LEAST_PLANNED_A_UNIT = 1.7  # so that each can admit somebody in nine months
_EDUCATION = ("secondary", "college", "university", "postgraduate")
_EDUCATION_SHARES = (8, 20, 66, 6)
_SUBSETS = {"female": 0.44, "ethnic": 0.12, "religious": 0.08}
_YOUTH_SHARE = 0.68
_ATTAINMENT = 7, 9  # 77,77 % truncated can only be this fraction
# the share of the members that is to be admitted, in the first year and the last one
_PLANNED_SHARES = {
    "LAN": (0.026, 0.036),
    "DLK": (0.047, 0.045),
    "LSN": (0.046, 0.048),
    "DTP": (0.045, 0.042),
}

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Admissions:
    """Plans by unit and year; people admitted by unit and interval, and their parts."""

    plans: Mapping[tuple[str, int], int]
    admitted: Mapping[Key, int]
    parts: Mapping[Key, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class _Year:
    """A lineage's plan of a year, and the people admitted in each quarter."""

    planned: int
    quarters: Sequence[int]


def draw_admissions(
    seed: int, lineage: Lineage, population: Population, sizes: Sizes
) -> Admissions:
    """Draw the plans and admissions of a lineage."""
    rng = stream(seed, "admissions", lineage.code)
    plans: dict[tuple[str, int], int] = {}
    admitted: dict[Key, int] = dict.fromkeys(sizes, 0)
    for year, drawn in _years(rng, lineage, sizes).items():
        given = _plans(rng, lineage, sizes, (year, drawn.planned))
        plans |= {(code, year): plan for code, plan in given.items()}
        admitted |= _shared_out(rng, lineage, sizes, given, (year, drawn.quarters))
    youth = _youth_of_long_an(rng, admitted) if lineage.code == "LAN" else {}
    sectors = {unit.code: unit.sector for unit in population.of_blocs(lineage.blocs)}
    parts = {
        (code, period): _parts(rng, count, sectors[code], youth.get((code, period)))
        for (code, period), count in sorted(admitted.items())
    }
    return Admissions(plans, admitted, parts)


def _years(rng: random.Random, lineage: Lineage, sizes: Sizes) -> dict[int, _Year]:
    """Return what is planned and admitted each year, the printed figures among it."""
    years = {year: _usual_year(rng, lineage, sizes, year) for year in lineage.years}
    if lineage.code == "LAN":
        total = round(LONG_AN_PLAN * rng.uniform(1.05, 1.12))
        years[2017] = _Year(LONG_AN_PLAN, _quarters(rng, {1: LONG_AN_ADMITTED}, total))
    elif lineage.code == "LSN":
        reached, planned = _ATTAINMENT
        times_nine = rng.randint(14, 17)
        total = round(planned * times_nine * rng.uniform(1.0, 1.06))
        years[2022] = _Year(
            planned * times_nine, _quarters(rng, {3: reached * times_nine}, total)
        )
    elif lineage.code == "DLK":
        years |= _dak_lak(rng)
    return years


def _usual_year(rng: random.Random, lineage: Lineage, sizes: Sizes, year: int) -> _Year:
    """Plan a share of the members; admit a little more, and less in a lean year."""
    first, *_ = lineage.periods_in(year)
    members = sum(stock.opening for (_, period), stock in sizes.items()
                  if period == first)  # fmt: skip
    begin, end = _PLANNED_SHARES[lineage.code]
    share = begin + (end - begin) * lineage.years.index(year) / len(lineage.years)
    units = len(_codes(sizes, first))
    planned = round(members * share * rng.uniform(0.97, 1.03))
    planned = max(planned, math.ceil(_LEAST_PLANNED_A_UNIT * units))
    total = round(planned * rng.uniform(1.02, 1.1) * plenty(year))
    return _Year(planned, _quarters(rng, {}, total))


def _dak_lak(rng: random.Random) -> dict[int, _Year]:
    """1,600 planned over five years; 1,940 admitted with the half year after them."""
    plans = apportion(DAK_LAK_PLAN, [rng.uniform(0.95, 1.05) for _ in TERM_YEARS])
    half_year = rng.randint(175, 195)
    totals = apportion(
        DAK_LAK_ADMITTED - half_year, [rng.uniform(0.96, 1.04) for _ in TERM_YEARS]
    )
    years = {
        year: _Year(plan, _quarters(rng, {}, total))
        for year, plan, total in zip(TERM_YEARS, plans, totals, strict=True)
    }
    planned = rng.randint(320, 340)
    total = round(planned * rng.uniform(0.98, 1.03))
    years[TERM_YEARS[-1] + 1] = _Year(planned, _quarters(rng, {2: half_year}, total))
    return years


def _quarters(
    rng: random.Random, known: Mapping[int, int], total: int
) -> tuple[int, ...]:
    """Split a year's total by the season; ``known`` is quarters → admitted in them."""
    weights = [share * rng.uniform(0.88, 1.12) for share in ADMISSIONS]
    parts: list[int] = []
    for until, count in {**known, len(weights): total}.items():
        parts += apportion(count - sum(parts), weights[len(parts) : until])
    return tuple(parts)


def _plans(
    rng: random.Random, lineage: Lineage, sizes: Sizes, planned: tuple[int, int]
) -> dict[str, int]:
    """Allocate a year's plan to the units, one person or more each."""
    year, total = planned
    first, *_ = lineage.periods_in(year)
    codes = _codes(sizes, first)
    weights = [
        sizes[code, first].closing * weight
        for code, weight in zip(codes, uneven(rng, len(codes), spread=0.3), strict=True)
    ]
    counts = [len(codes) * [bound] for bound in (1, _LARGEST_PLAN)]
    parts = apportion(total, weights, lower=counts[0], upper=counts[1])
    return dict(zip(codes, parts, strict=True))


def _shared_out(
    rng: random.Random,
    lineage: Lineage,
    sizes: Sizes,
    given: Mapping[str, int],
    admitted: tuple[int, Sequence[int]],
) -> dict[Key, int]:
    """Share a year's people out to the units and quarters; both sums are kept.

    No unit exceeds its plan by more than half, and each admits somebody in the first
    nine months. One that ends within the year admits at most one person.
    """
    year, quarters = admitted
    periods = lineage.periods_in(year)
    left = list(quarters)
    people: Counter[Key] = Counter()
    leaving = [code for code in given if (code, periods[-1]) not in sizes]
    for number, code in enumerate(leaving):
        if number and rng.random() < 0.5:  # the first, so that last returns count
            continue
        own = [period for period in periods if (code, period) in sizes]
        place = rng.randrange(len(own))
        people[code, periods[place]] += 1
        left[place] -= 1
    staying = [code for code in given if code not in leaving]
    counts = _within_plans(rng, sum(left), [given[code] for code in staying])
    dealt = _dealt(rng, dict(zip(staying, counts, strict=True)), left)
    people.update({(code, periods[place]): n for (code, place), n in dealt.items()})
    return dict(people)


def _dealt(
    rng: random.Random, counts: Mapping[str, int], quarters: Sequence[int]
) -> Counter[tuple[str, int]]:
    """Return (unit, quarter) → people; each unit has one before the last quarter."""
    people = [code for code, count in counts.items() for _ in range(count)]
    places = [place for place, count in enumerate(quarters) for _ in range(count)]
    rng.shuffle(people)
    dealt = Counter(zip(people, places, strict=True))
    last = len(quarters) - 1
    for code, count in counts.items():
        if dealt[code, last] < count:
            continue
        donor, place = next(
            (other, early)
            for (other, early), number in dealt.items()
            if number and early < last and counts[other] - dealt[other, last] > 1
        )
        dealt[donor, place] -= 1
        dealt[donor, last] += 1
        dealt[code, last] -= 1
        dealt[code, place] += 1
    return dealt


def _codes(sizes: Sizes, period: str) -> list[str]:
    return sorted(code for code, known in sizes if known == period)


def _within_plans(rng: random.Random, total: int, plans: Sequence[int]) -> list[int]:
    """Spread admissions so that no unit exceeds its plan by more than half."""
    weights = [
        plan * weight
        for plan, weight in zip(
            plans, uneven(rng, len(plans), spread=0.25), strict=True
        )
    ]
    tops = [plan * 3 // 2 for plan in plans]
    return apportion(total, weights, lower=[1] * len(plans), upper=tops)


def _youth_of_long_an(
    rng: random.Random, admitted: Mapping[Key, int]
) -> dict[Key, int]:
    """Return who of the 50 of early 2017 came from the youth union: 28."""
    keys = sorted(key for key in admitted if key[1] == "2017-Q1")
    tops = [admitted[key] for key in keys]
    parts = apportion(LONG_AN_YOUTH, uneven(rng, len(keys)), upper=tops)
    return dict(zip(keys, parts, strict=True))


def _parts(
    rng: random.Random, count: int, sector: str, youth: int | None
) -> dict[str, int]:
    """Return the breakdown of so many people; all names are the form's columns."""
    parts = {
        f"admitted_{name}": times(rng, count, share) for name, share in _SUBSETS.items()
    }
    drawn_youth = times(rng, count, _YOUTH_SHARE)
    parts["admitted_youth"] = drawn_youth if youth is None else youth
    is_private = sector == "private_enterprise"
    parts["admitted_private_sector"] = count if is_private else 0
    parts["admitted_private_owner"] = times(rng, count, 0.1) if is_private else 0
    parts["readmitted"] = times(rng, count, 0.01)
    levels = rng.choices(_EDUCATION, _EDUCATION_SHARES, k=count)
    for level in _EDUCATION:
        parts[f"admitted_edu_{level}"] = levels.count(level)
    parts["candidates_trained"] = count + (rng.randint(0, 2) if count else 0)
    return parts
