"""Awards and training; an award is reported once, by the unit of its recipient."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bloc_samples.apportion import apportion, stream, times, uneven
from bloc_samples.figures.inspections import office_intervals
from bloc_samples.figures.member_counts import Sizes
from bloc_samples.figures.seasons import ADMISSIONS, MERIT, QUARTER, plenty, quarter
from bloc_samples.population.units import Population
from bloc_samples.scenario import (
    CERTIFIED_MEMBERS,
    CERTIFIED_SUB_CELLS,
    DAK_LAK_TRAINED,
    Lineage,
)
from bloc_warehouse.domain.periods import period_of

Key = tuple[str, str]
# (level, kind, subject, merit from year, merit to year)
Award = tuple[str, str, str, int, int]

_CERTIFICATE, _COMMENDATION = "certificate_of_merit", "certificate_of_commendation"
_FIVE_YEARS = (2018, 2022)
_THEORY = "political_theory"
_QUARTERS_OF_THE_TERM = 22


@dataclass(frozen=True, slots=True)
class Course:
    """Training of one programme in one interval."""

    classes: int
    members: int
    masses: int

    def __add__(self, other: "Course") -> "Course":
        return Course(
            self.classes + other.classes,
            self.members + other.members,
            self.masses + other.masses,
        )


@dataclass(frozen=True, slots=True)
class AwardsAndTraining:
    """(sender, period) → what was given and taught in the interval."""

    awards: Mapping[Key, Counter[Award]]
    training: Mapping[Key, Mapping[str, Course]]


def draw_awards_and_training(
    seed: int,
    lineage: Lineage,
    population: Population,
    sizes: Sizes,
    sub_cells: Mapping[Key, int],
) -> AwardsAndTraining:
    """Draw a lineage's awards and training."""
    rng = stream(seed, "awards", lineage.code)
    offices = office_intervals(lineage, population)
    awards = {key: _usual_awards(rng, sizes, key) for key in sorted(sizes)}
    if lineage.code == "DTP":
        _add_five_year_awards(rng, lineage, sizes, sub_cells, awards)
    training: dict[Key, dict[str, Course]] = {
        key: {} for key in (*sorted(sizes), *offices)
    }
    term = {code for code in lineage.timeline if lineage.is_printed(code)}
    for periods in (term, set(lineage.timeline) - term):
        total = DAK_LAK_TRAINED + rng.randint(5, 45)
        if lineage.code != "DLK" or periods != term:  # as many a quarter, not in print
            total = total * len(periods) // _QUARTERS_OF_THE_TERM
        _add_theory(
            rng,
            [key for key in offices if key[1] in periods],
            [key for key in sorted(sizes) if key[1] in periods],
            total,
            training,
        )
    for key, programmes in training.items():
        _add_other_courses(rng, key, sizes, programmes)
    return AwardsAndTraining(awards, training)


def _usual_awards(rng: random.Random, sizes: Sizes, key: Key) -> Counter[Award]:
    """Return a quarter's awards for last year's merit, and badges of this year."""
    year = period_of(key[1]).year
    members = sizes[key].closing
    share = QUARTER * MERIT[quarter(key[1])] * plenty(year)
    counts: Counter[Award] = Counter(
        {
            ("grassroots", _COMMENDATION, "member", year - 1, year - 1): times(
                rng, members, 0.06 * share
            ),
            ("bloc", _COMMENDATION, "member", year - 1, year - 1): times(
                rng, members, 0.015 * share
            ),
            ("bloc", _COMMENDATION, "unit", year - 1, year - 1): times(
                rng, 1, 0.2 * share
            ),
            ("province", _CERTIFICATE, "unit", year - 1, year - 1): times(
                rng, 1, 0.06 * share
            ),
            ("province", "party_badge", "member", year, year): times(
                rng, members, 0.02 * QUARTER
            ),
        }
    )
    return +counts


def _add_five_year_awards(
    rng: random.Random,
    lineage: Lineage,
    sizes: Sizes,
    sub_cells: Mapping[Key, int],
    awards: Mapping[Key, Counter[Award]],
) -> None:
    """Give the published certificates, and others that differ in one respect."""
    keys = sorted(key for key in sizes if key[1] == lineage.printed_until)
    cells = [sub_cells[key] // 2 for key in keys]
    members = [sizes[key].closing // 6 for key in keys]
    for subject, total, tops in (
        ("sub_cell", CERTIFIED_SUB_CELLS, cells),
        ("member", CERTIFIED_MEMBERS, members),
    ):
        for level, kind, (first, last), count in (
            ("province", _CERTIFICATE, _FIVE_YEARS, total),
            ("province", _CERTIFICATE, (2022, 2022), rng.randint(5, 15)),
            ("province", _CERTIFICATE, (2017, 2021), rng.randint(1, 4)),
            ("bloc", _COMMENDATION, _FIVE_YEARS, rng.randint(5, 25)),
            ("province", "flag", _FIVE_YEARS, rng.randint(1, 3)),
        ):
            parts = apportion(count, uneven(rng, len(keys)), upper=tops)
            _give(awards, keys, (level, kind, subject, first, last), parts)


def _give(
    awards: Mapping[Key, Counter[Award]],
    keys: Iterable[Key],
    award: Award,
    parts: Iterable[int],
) -> None:
    for key, part in zip(keys, parts, strict=True):
        if part:
            awards[key][award] += part


def _add_theory(
    rng: random.Random,
    offices: Sequence[Key],
    units: Sequence[Key],
    total: int,
    training: Mapping[Key, dict[str, Course]],
) -> None:
    """Train so many people, most of them by the bloc, mostly at mid-year."""
    by_units = total * rng.randint(12, 19) // 100
    weights = [
        draw * ADMISSIONS[quarter(period)]
        for draw, (_, period) in zip(
            uneven(rng, len(offices), spread=0.3), offices, strict=True
        )
    ]
    chosen = rng.sample(units, 1 + by_units // 12)
    for keys, parts in (
        (offices, apportion(total - by_units, weights)),
        (chosen, apportion(by_units, uneven(rng, len(chosen), spread=0.3))),
    ):
        for key, part in zip(keys, parts, strict=True):
            if part:
                training[key][_THEORY] = _course(rng, part, 0.75)


def _add_other_courses(
    rng: random.Random, key: Key, sizes: Sizes, programmes: dict[str, Course]
) -> None:
    """Add what no published total counts: other programmes."""
    season = ADMISSIONS[quarter(key[1])] * plenty(period_of(key[1]).year)
    if key not in sizes:
        programmes["party_awareness"] = _course(rng, round(220 * season), 0)
        programmes["new_members"] = _course(rng, round(150 * season), 1)
        programmes["committee_skills"] = _course(rng, round(60 * season), 1)
    elif rng.random() < 0.25 * season:
        programmes["committee_skills"] = _course(rng, rng.randint(5, 15), 1)
    elif rng.random() < 0.2 * season:
        programmes["party_awareness"] = _course(rng, rng.randint(4, 20), 0)


def _course(rng: random.Random, people: int, share_of_members: float) -> Course:
    members = times(rng, people, share_of_members)
    return Course(1 + people // 60, members, people - members)
