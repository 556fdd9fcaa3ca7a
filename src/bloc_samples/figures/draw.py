"""All figures of a lineage, drawn one after the other."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bloc_samples.apportion import stream
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
from bloc_samples.figures.ratings import UnitRatings, draw_ratings, draw_shares
from bloc_samples.population.units import Population
from bloc_samples.scenario import Lineage
from bloc_warehouse.domain.periods import period_of

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
    sub_cells = _sub_cells(lineage, population, sizes)
    admissions = draw_admissions(seed, lineage, population, sizes)
    offices = office_intervals(lineage, population)
    leaving = frozenset(event.unit_code for event in population.handovers)
    discipline = draw_discipline(seed, lineage, sizes, leaving)
    drawn = Drawn(lineage, population, sizes, admissions, discipline)
    return Figures(
        lineage=lineage,
        population=population,
        sizes=sizes,
        sub_cells=sub_cells,
        admissions=admissions,
        discipline=discipline,
        office_discipline=draw_office_discipline(seed, lineage, offices),
        accounts=draw_accounts(seed, drawn),
        turns=draw_turns(seed, lineage, population, sizes, discipline),
        petitions=draw_petitions(seed, lineage, [*sorted(sizes), *offices]),
        awards_training=draw_awards_and_training(
            seed, lineage, population, sizes, sub_cells
        ),
        ratings=_ratings(seed, lineage, sizes, sub_cells),
    )


def _sub_cells(
    lineage: Lineage, population: Population, sizes: Sizes
) -> dict[Key, int]:
    """Return the cells below each committee: they are set up at the year's start."""
    cells: dict[Key, int] = {}
    members: dict[tuple[str, int], int] = {}
    for period in lineage.timeline:
        year = period_of(period).year
        for code in present(sizes, period):
            span = population.unit(code).span_at(period)
            is_committee = span is not None and span.unit_kind == "dbcs"
            at_start = members.setdefault((code, year), sizes[code, period].closing)
            wanted = max(2, round(at_start / _MEMBERS_A_CELL))
            cells[code, period] = wanted if is_committee else 0
    return cells


def _ratings(
    seed: int, lineage: Lineage, sizes: Sizes, sub_cells: Mapping[Key, int]
) -> dict[Key, UnitRatings]:
    ratings: dict[Key, UnitRatings] = {}
    shares = draw_shares(seed, lineage.code, lineage.years)
    for year, of_year in zip(lineage.years, shares, strict=True):
        period = f"{year}-Y"
        codes = present(sizes, period)
        closings = {code: sizes[code, period].closing for code in codes}
        cells = {code: sub_cells[code, period] for code in codes}
        rng = stream(seed, "ratings", lineage.code, period)
        drawn = draw_ratings(rng, of_year, closings, cells)
        ratings |= {(code, period): found for code, found in drawn.items()}
    return ratings
