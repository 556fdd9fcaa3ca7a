"""Plans, and people admitted: drawn person by person, so that all parts fit."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bloc_samples.apportion import apportion, stream, times, uneven
from bloc_samples.figures.member_counts import Sizes
from bloc_samples.population.units import Population, Unit
from bloc_samples.scenario import (
    DAK_LAK_ADMITTED,
    DAK_LAK_PLAN,
    LONG_AN_ADMITTED,
    LONG_AN_PLAN,
    LONG_AN_YOUTH,
    TERM_YEARS,
    Lineage,
)
from bloc_warehouse.domain.periods import period_of

_LARGEST_PLAN = 30
_EDUCATION = ("secondary", "college", "university", "postgraduate")
_EDUCATION_SHARES = (8, 20, 66, 6)
_SUBSETS = {"female": 0.44, "ethnic": 0.12, "religious": 0.08}
_YOUTH_SHARE = 0.68
_ATTAINMENT = 7, 9  # 77,77 % truncated can only be this fraction


@dataclass(frozen=True, slots=True)
class Admissions:
    """Plans by unit and year; people admitted by unit and interval, and their parts."""

    plans: Mapping[tuple[str, int], int]
    admitted: Mapping[tuple[str, str], int]
    parts: Mapping[tuple[str, str], Mapping[str, int]] = field(default_factory=dict)


def draw_admissions(
    seed: int, lineage: Lineage, population: Population, sizes: Sizes
) -> Admissions:
    """Draw the plans and admissions of a lineage; none if no plan is owed."""
    rng = stream(seed, "admissions", lineage.code)
    units = population.of_blocs(lineage.blocs)
    if lineage.code == "DTP":
        return Admissions({}, _unplanned(rng, sizes))
    if lineage.code == "DLK":
        drawn = _dak_lak(rng, units, sizes)
    elif lineage.code == "LSN":
        drawn = _lang_son(rng, lineage, sizes)
    else:
        drawn = _long_an(rng, sizes)
    youth = _youth_of_long_an(rng, drawn) if lineage.code == "LAN" else {}
    sectors = {unit.code: unit.sector for unit in units}
    parts = {
        (code, period): _parts(rng, count, sectors[code], youth.get((code, period)))
        for (code, period), count in drawn.admitted.items()
    }
    return Admissions(drawn.plans, drawn.admitted, parts)


def _long_an(rng: random.Random, sizes: Sizes) -> Admissions:
    plans: dict[tuple[str, int], int] = {}
    admitted: dict[tuple[str, str], int] = {}
    later_plan = rng.randint(150, 180)
    for period, plan, total in (
        ("2017-Q1", LONG_AN_PLAN, LONG_AN_ADMITTED),
        ("2024-H1", later_plan, rng.randint(65, 85)),
    ):
        codes = _codes(sizes, period)
        given = _plans(rng, sizes, period, plan)
        plans |= {(code, period_of(period).year): given[code] for code in codes}
        parts = _within_plans(rng, total, [given[code] for code in codes], least=0)
        admitted |= _keyed(codes, period, parts)
    return Admissions(plans, admitted)


def _lang_son(rng: random.Random, lineage: Lineage, sizes: Sizes) -> Admissions:
    period = lineage.timeline[0]
    codes = _codes(sizes, period)
    reached, planned = _ATTAINMENT
    times_nine = rng.randint(14, 17)
    given = _plans(rng, sizes, period, planned * times_nine)
    parts = _within_plans(
        rng, reached * times_nine, [given[code] for code in codes], least=1
    )
    return Admissions(
        {(code, period_of(period).year): plan for code, plan in given.items()},
        _keyed(codes, period, parts),
    )


def _dak_lak(rng: random.Random, units: Sequence[Unit], sizes: Sizes) -> Admissions:
    """1,600 planned over five years; 1,940 admitted with the half year after them."""
    plans: dict[tuple[str, int], int] = {}
    admitted: dict[tuple[str, str], int] = {}
    yearly_plans = apportion(
        DAK_LAK_PLAN, [rng.uniform(0.95, 1.05) for _ in TERM_YEARS]
    )
    half_year = rng.randint(175, 195)
    yearly = apportion(
        DAK_LAK_ADMITTED - half_year, [rng.uniform(0.96, 1.04) for _ in TERM_YEARS]
    )
    for year, plan, total in zip(TERM_YEARS, yearly_plans, yearly, strict=True):
        period = "2019-H1" if year == TERM_YEARS[-1] else f"{year}-Y"
        given = _plans(rng, sizes, period, plan)
        plans |= {(code, year): part for code, part in given.items()}
        if year == TERM_YEARS[-1]:
            admitted |= _in_halves(rng, sizes, given, total)
        else:
            admitted |= _spread(rng, given, period, total)
    given = _plans(rng, sizes, "2020-H1", rng.randint(320, 340))
    plans |= {(code, 2020): part for code, part in given.items()}
    parts = _within_plans(rng, half_year, list(given.values()), least=0)
    return Admissions(plans, admitted | _keyed(list(given), "2020-H1", parts))


def _spread(
    rng: random.Random, given: Mapping[str, int], period: str, total: int
) -> dict[tuple[str, str], int]:
    parts = _within_plans(rng, total, list(given.values()), least=1)
    return _keyed(list(given), period, parts)


def _keyed(
    codes: Sequence[str], period: str, parts: Sequence[int]
) -> dict[tuple[str, str], int]:
    return {(code, period): part for code, part in zip(codes, parts, strict=True)}


def _in_halves(
    rng: random.Random, sizes: Sizes, given: Mapping[str, int], total: int
) -> dict[tuple[str, str], int]:
    """Spread a year's admissions over the halves before and after the merger.

    A unit that merges at mid-year has admitted at most one, before.
    """
    leaving = sorted(code for code in given if (code, "2019-Y") not in sizes)
    first = {(code, "2019-H1"): rng.randint(0, 1) for code in leaving}
    first[leaving[0], "2019-H1"] = 1  # so that last returns always weigh something
    staying = {code: plan for code, plan in given.items() if code not in leaving}
    year = _spread(rng, staying, "2019-Y", total - sum(first.values()))
    for (code, _), count in year.items():
        first[code, "2019-H1"] = rng.randint(0, count)
    second = {
        (code, period): count - first[code, "2019-H1"]
        for (code, period), count in year.items()
    }
    return first | second


def _codes(sizes: Sizes, period: str) -> list[str]:
    return sorted(code for code, known in sizes if known == period)


def _plans(rng: random.Random, sizes: Sizes, period: str, total: int) -> dict[str, int]:
    """Allocate a year's plan to the units, one person or more each."""
    codes = _codes(sizes, period)
    weights = [
        sizes[code, period].closing * weight
        for code, weight in zip(codes, uneven(rng, len(codes), spread=0.3), strict=True)
    ]
    counts = [len(codes) * [bound] for bound in (1, _LARGEST_PLAN)]
    parts = apportion(total, weights, lower=counts[0], upper=counts[1])
    return dict(zip(codes, parts, strict=True))


def _within_plans(
    rng: random.Random, total: int, plans: Sequence[int], *, least: int
) -> list[int]:
    """Spread admissions so that no unit exceeds its plan by more than half."""
    weights = [
        plan * weight
        for plan, weight in zip(
            plans, uneven(rng, len(plans), spread=0.25), strict=True
        )
    ]
    tops = [plan * 3 // 2 for plan in plans]
    return apportion(total, weights, lower=[least] * len(plans), upper=tops)


def _unplanned(rng: random.Random, sizes: Sizes) -> dict[tuple[str, str], int]:
    return {key: times(rng, stock.closing, 0.02) for key, stock in sizes.items()}


def _youth_of_long_an(
    rng: random.Random, drawn: Admissions
) -> dict[tuple[str, str], int]:
    """Return who of the 50 of early 2017 came from the youth union: 28."""
    keys = [key for key in drawn.admitted if key[1] == "2017-Q1"]
    tops = [drawn.admitted[key] for key in keys]
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
    parts["candidates_trained"] = count + rng.randint(0, 3)
    return parts
