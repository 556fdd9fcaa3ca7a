"""A complete generated dataset: its units, and every return that they owe and send."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bloc_samples.figures.draw import Figures, draw_figures
from bloc_samples.fill_form import Task, draw_clerk, fill
from bloc_samples.obligations import Obligation, obligations
from bloc_samples.population.draw import draw_population
from bloc_samples.population.units import Population, Unit
from bloc_samples.returns.arrival import arrival
from bloc_samples.returns.model import Return, Rows
from bloc_samples.returns.summary import summary_rows
from bloc_samples.scenario import LINEAGES, OFFICE_SUFFIX, lineage_of
from bloc_warehouse.domain.periods import Period, period_of

_SUMMARY = "bloc_summary"


@dataclass(frozen=True, slots=True)
class Dataset:
    """What one seed makes; ``members_carried`` is merged unit → its members."""

    seed: int
    population: Population
    returns: tuple[Return, ...]
    members_carried: Mapping[str, int]


def draw_dataset(seed: int) -> Dataset:
    """Draw a dataset; the same seed gives the same one."""
    population = draw_population(seed)
    figures = {
        lineage.code: draw_figures(seed, lineage, population) for lineage in LINEAGES
    }
    returns = [
        _filled(seed, owed, unit, period, figures)
        for owed, unit, period in _owed(population)
        if owed.form != _SUMMARY
    ]
    returns += [
        _return(
            seed,
            owed,
            unit,
            period,
            summary_rows(owed.bloc_code, period.code, returns, population),
        )
        for owed, unit, period in _owed(population)
        if owed.form == _SUMMARY
    ]
    return Dataset(
        seed, population, tuple(returns), _members_carried(population, figures)
    )


def _owed(population: Population) -> Iterator[tuple[Obligation, Unit, Period]]:
    for owed in obligations():
        for period in owed.periods():
            if owed.owed_by == "bloc_office":
                yield owed, population.unit(f"{owed.bloc_code}{OFFICE_SUFFIX}"), period
                continue
            for unit in population.of_blocs([owed.bloc_code]):
                span = unit.span_on(period.end)
                if span and span.bloc_code == owed.bloc_code:
                    yield owed, unit, period


def _filled(
    seed: int,
    owed: Obligation,
    unit: Unit,
    period: Period,
    figures: Mapping[str, Figures],
) -> Return:
    lineage = lineage_of(owed.bloc_code)
    clerk = draw_clerk(seed, unit.code)
    task = Task(seed, figures[lineage.code], unit, period.code, clerk)
    return _return(seed, owed, unit, period, fill(owed.form, task))


def _return(
    seed: int, owed: Obligation, unit: Unit, period: Period, rows: Rows
) -> Return:
    span = unit.span_on(period.end) or unit.spans[-1]
    return Return(
        unit_code=unit.code,
        unit_name=span.unit_name,
        bloc_code=owed.bloc_code,
        form=owed.form,
        period=period.code,
        received=arrival(seed, owed, unit.code, period.code),
        rows=rows,
    )


def _members_carried(
    population: Population, figures: Mapping[str, Figures]
) -> dict[str, int]:
    """Return merged unit → the members with whom its last return closed."""
    carried: dict[str, int] = {}
    for code in population.merged_into:
        lineage = lineage_of(population.unit(code).spans[-1].bloc_code)
        sizes = figures[lineage.code].sizes
        last = max(
            (period for known, period in sizes if known == code),
            key=lambda period: period_of(period).end,
        )
        carried[code] = sizes[code, last].closing
    return carried
