"""All figures of a lineage, drawn one after the other."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bloc_samples.figures.admissions import Admissions, draw_admissions
from bloc_samples.figures.awards_training import (
    AwardsAndTraining,
    draw_awards_and_training,
)
from bloc_samples.figures.discipline import (
    Discipline,
    draw_discipline,
    draw_office_discipline,
)
from bloc_samples.figures.inspections import (
    Turn,
    draw_turns,
    office_intervals,
)
from bloc_samples.figures.member_counts import Sizes, draw_sizes
from bloc_samples.figures.membership import (
    Account,
    Drawn,
    draw_accounts,
    present,
)
from bloc_samples.figures.petitions import Petitions, draw_petitions
from bloc_samples.figures.ratings import UnitRatings, draw_ratings
from bloc_samples.population.units import Population
from bloc_samples.scenario import TERM_YEARS, Lineage

Key = tuple[str, str]

_MEMBERS_A_CELL = 17


@dataclass(frozen=True, slots=True)
class Figures:
    """A lineage's figures by (unit or office, period), for the period's interval."""

    lineage: Lineage
    population: Population
    sizes: Sizes
    sub_cells: Mapping[Key, int]
    admissions: Admissions
    discipline: Discipline
    office_discipline: Mapping[Key, Mapping[str, Mapping[str, int]]]
    accounts: Mapping[Key, Account]
    turns: Mapping[Key, Counter[Turn]]
    petitions: Mapping[Key, Mapping[str, Petitions]]
    awards_training: AwardsAndTraining
    ratings: Mapping[Key, UnitRatings]


def draw_figures(seed: int, lineage: Lineage, population: Population) -> Figures:
    """Draw everything that happened in a lineage."""
    sizes = draw_sizes(seed, lineage, population)
    sub_cells = _sub_cells(population, sizes)
    admissions = draw_admissions(seed, lineage, population, sizes)
    is_inspected = lineage.code == "DLK"
    offices = office_intervals(lineage, population) if is_inspected else []
    keys = [*sorted(sizes), *offices] if is_inspected else []
    merging = frozenset(population.merged_into)
    discipline = draw_discipline(seed, lineage, sizes, merging) if is_inspected else {}
    drawn = Drawn(lineage, population, sizes, admissions, discipline)
    return Figures(
        lineage=lineage,
        population=population,
        sizes=sizes,
        sub_cells=sub_cells,
        admissions=admissions,
        discipline=discipline,
        office_discipline=draw_office_discipline(seed, offices),
        accounts=draw_accounts(seed, drawn),
        turns=draw_turns(seed, lineage, population, sizes, discipline) if keys else {},
        petitions=draw_petitions(seed, keys),
        awards_training=draw_awards_and_training(
            seed, lineage, population, sizes, sub_cells
        ),
        ratings=_ratings(seed, sizes, sub_cells) if is_inspected else {},
    )


def _sub_cells(population: Population, sizes: Sizes) -> dict[Key, int]:
    """Return the cells below each committee: the same number in all its periods."""
    largest: dict[str, int] = {}
    for (code, _), stock in sizes.items():
        largest[code] = max(largest.get(code, 0), stock.closing)
    cells = {}
    for code, period in sizes:
        span = population.unit(code).span_at(period)
        is_committee = span is not None and span.unit_kind == "dbcs"
        cells[code, period] = (
            max(2, round(largest[code] / _MEMBERS_A_CELL)) if is_committee else 0
        )
    return cells


def _ratings(
    seed: int, sizes: Sizes, sub_cells: Mapping[Key, int]
) -> dict[Key, UnitRatings]:
    ratings: dict[Key, UnitRatings] = {}
    for year in TERM_YEARS:
        period = f"{year}-Y"
        codes = present(sizes, period)
        closings = {code: sizes[code, period].closing for code in codes}
        cells = {code: sub_cells[code, period] for code in codes}
        drawn = draw_ratings(seed, year, closings, cells)
        ratings |= {(code, period): found for code, found in drawn.items()}
    return ratings
