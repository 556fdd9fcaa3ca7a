"""A complete generated dataset: its units, and every return that they owe and send."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bloc_samples.figures.draw import Figures, draw_figures
from bloc_samples.fill_form import Task, draw_clerk, fill
from bloc_samples.mishaps import with_mishaps
from bloc_samples.obligations import Obligation, obligations
from bloc_samples.population.draw import draw_population
from bloc_samples.population.units import Population, Unit
from bloc_samples.returns.arrival import arrival
from bloc_samples.returns.model import Return, Rows
from bloc_samples.returns.summary import Received, summary_rows
from bloc_samples.scenario import LINEAGES, OFFICE_SUFFIX, lineage_of
from bloc_warehouse.domain.periods import Period

_SUMMARY = "bloc_summary"


@dataclass(frozen=True, slots=True)
class Dataset:
    """What one seed makes.

    Attributes:
        seed: The seed.
        owed: Which returns are owed.
        population: The units and what happens to them.
        returns: The returns that count, one a sender, form and period.
        spoilt: What was sent beside them: versions that were corrected or refused.
        members_carried: Unit and successor → the members who were handed over.
    """

    seed: int
    owed: tuple[Obligation, ...]
    population: Population
    returns: tuple[Return, ...]
    spoilt: tuple[Return, ...]
    members_carried: Mapping[tuple[str, str], int]


def draw_dataset(seed: int, *, history: bool = False) -> Dataset:
    """Draw a dataset; the same seed gives the same one.

    Args:
        seed: Any number.
        history: Let every quarter's returns come, with what goes wrong in an office,
            instead of the few returns that the figures in print rest on. What happened
            in the units is the same.
    """
    population = draw_population(seed)
    figures = {
        lineage.code: draw_figures(seed, lineage, population) for lineage in LINEAGES
    }
    due = obligations(history=history)
    returns = [
        _filled(seed, owed, unit, period, figures)
        for owed, unit, period in _owed(due, population)
        if owed.form != _SUMMARY
    ]
    summaries = _summaries(seed, due, returns, population)
    spoilt: list[Return] = []
    if history:
        printed = set(_keys(obligations()))
        few = [sent for sent in returns if _key(sent) in printed]
        first = _summaries(seed, obligations(), few, population)
        summaries, spoilt = _completed(first, summaries)
        returns, more = with_mishaps(seed, [*returns, *summaries])
        spoilt += more
    else:
        returns += summaries
    return Dataset(
        seed=seed,
        owed=due,
        population=population,
        returns=tuple(returns),
        spoilt=tuple(spoilt),
        members_carried=_members_carried(population, figures),
    )


def _summaries(
    seed: int,
    due: Sequence[Obligation],
    returns: Iterable[Return],
    population: Population,
) -> list[Return]:
    """Return the offices' summaries of what they received."""
    known = Received(returns)
    return [
        _return(
            seed,
            owed,
            unit,
            period,
            summary_rows(owed.bloc_code, period.code, known, population),
        )
        for owed, unit, period in _owed(due, population)
        if owed.form == _SUMMARY
    ]


def _completed(
    first: Iterable[Return], summaries: Iterable[Return]
) -> tuple[list[Return], list[Return]]:
    """Let an office first send what is in print; return what counts, and what did.

    The day after it adds the forms of which nothing is in print.
    """
    before = {_key(sent): sent for sent in first}
    counted, spoilt = [], []
    for sent in summaries:
        known = before.get(_key(sent), sent)
        if known.rows == sent.rows:
            counted.append(sent)
            continue
        spoilt.append(known)
        day = sent.received + timedelta(days=1)
        counted.append(replace(sent, received=day, number=2))
    return counted, spoilt


def _keys(due: Iterable[Obligation]) -> Iterator[tuple[str, str, str, bool]]:
    for owed in due:
        for period in owed.periods():
            is_office = owed.owed_by == "bloc_office"
            yield owed.bloc_code, owed.form, period.code, is_office


def _key(sent: Return) -> tuple[str, str, str, bool]:
    is_office = sent.unit_code.endswith(OFFICE_SUFFIX)
    return sent.bloc_code, sent.form, sent.period, is_office


def _owed(
    due: Sequence[Obligation], population: Population
) -> Iterator[tuple[Obligation, Unit, Period]]:
    for owed in due:
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
) -> dict[tuple[str, str], int]:
    """Return unit and successor → the members whom the unit hands over to it."""
    carried: dict[tuple[str, str], int] = {}
    for event in population.handovers:
        lineage = lineage_of(population.unit(event.unit_code).spans[-1].bloc_code)
        sizes = figures[lineage.code].sizes
        own = [code for code in lineage.timeline if (event.unit_code, code) in sizes]
        eve, after = own[-1], lineage.timeline[lineage.timeline.index(own[-1]) + 1]
        carried[event.unit_code, event.successor_code] = (
            sizes[event.successor_code, after].joining
            if event.weight
            else sizes[event.unit_code, eve].closing
        )
    return carried
