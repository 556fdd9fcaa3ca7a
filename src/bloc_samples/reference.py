"""The reference lists of a generated dataset: blocs, units, events, obligations."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib import resources

from bloc_samples.apportion import stream
from bloc_samples.dataset import Dataset
from bloc_samples.obligations import Obligation
from bloc_samples.population.names import PREFIXES, SHORT_PREFIXES
from bloc_samples.population.units import OPEN, Population, Unit
from bloc_samples.scenario import BLOCS, TERMS

_SHARE_WITH_SHORT_NAME = 0.35
_CLAIMS = resources.files("bloc_samples") / "published_totals.csv"

Line = Sequence[str | int | date | None]


def reference_lists(dataset: Dataset) -> dict[str, bytes]:
    """Return file name → content of each list, UTF-8 with commas."""
    return {"ref_published_totals.csv": _CLAIMS.read_bytes()} | {
        f"{name}.csv": _csv(columns, lines)
        for name, columns, lines in (
            (
                "ref_blocs",
                "bloc_code,bloc_name,province,valid_from,valid_to,successor_bloc_code",
                _blocs(),
            ),
            (
                "ref_units",
                "unit_code,bloc_code,unit_kind,sector,unit_name,valid_from",
                _units(dataset.population),
            ),
            (
                "ref_unit_aliases",
                "unit_code,alias,valid_from,valid_to",
                _aliases(dataset),
            ),
            (
                "ref_unit_events",
                "event_id,event_type,status,effective_date,unit_code,successor_code,"
                "weight,members_carried,bloc_code,unit_kind,sector,unit_name,"
                "decision_no,note",
                _events(dataset.population, dataset.members_carried),
            ),
            (
                "ref_obligations",
                "bloc_code,form,owed_by,period_type,first_period,last_period,due_days",
                _obligations(dataset.owed),
            ),
            ("ref_terms", "bloc_code,term,first_day,last_day", _terms()),
        )
    }


def _blocs() -> Iterator[Line]:
    for bloc in BLOCS:
        yield (
            bloc.code,
            bloc.name,
            bloc.province,
            bloc.valid_from,
            _end(bloc.valid_to),
            bloc.successor,
        )


def _units(population: Population) -> Iterator[Line]:
    """Yield each unit as it first stood; one that an event opens has no day."""
    opened = {
        event.unit_code for event in population.events if event.event_type == "found"
    }
    opened |= {event.successor_code for event in population.events if event.weight}
    for unit in population.units:
        span = unit.spans[0]
        yield (
            unit.code,
            span.bloc_code,
            span.unit_kind,
            unit.sector,
            span.unit_name,
            None if unit.code in opened else span.valid_from,
        )


def _aliases(dataset: Dataset) -> Iterator[Line]:
    """Yield short names in use, and old names that stay on letterheads for a while."""
    rng = stream(dataset.seed, "aliases")
    for unit in dataset.population.units:
        if unit.is_office:
            continue
        if rng.random() < _SHARE_WITH_SHORT_NAME:
            last = unit.spans[-1]
            bare = last.unit_name.removeprefix(PREFIXES[last.unit_kind])
            short = f"{SHORT_PREFIXES[last.unit_kind]}{bare}"
            yield unit.code, short, last.valid_from, _end(last.valid_to)
        yield from _old_letterheads(unit)


def _old_letterheads(unit: Unit) -> Iterator[Line]:
    for before, after in zip(unit.spans, unit.spans[1:], strict=False):
        if before.unit_name != after.unit_name:
            until = date(after.valid_from.year + 1, 1, 1)
            yield unit.code, before.unit_name, after.valid_from, until


def _events(
    population: Population, carried: Mapping[tuple[str, str], int]
) -> Iterator[Line]:
    for number, event in enumerate(population.events, start=1):
        is_effective = event.status == "effective"
        yield (
            f"EV-{number:04}",
            event.event_type,
            event.status,
            event.effective_date,
            event.unit_code,
            event.successor_code,
            event.weight,
            carried.get((event.unit_code, event.successor_code)) if is_effective
            else None,
            event.bloc_code,
            event.unit_kind,
            "",
            event.unit_name,
            event.decision_no,
            event.note,
        )  # fmt: skip


def _obligations(due: Iterable[Obligation]) -> Iterator[Line]:
    for owed in due:
        yield (
            owed.bloc_code,
            owed.form,
            owed.owed_by,
            owed.period_type,
            owed.first_period,
            owed.last_period,
            owed.due_days,
        )


def _terms() -> Iterator[Line]:
    for term in TERMS:
        yield term.bloc_code, term.term, term.first_day, term.last_day


def _end(day: date) -> date | None:
    return None if day == OPEN else day


def _csv(columns: str, lines: Iterable[Line]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns.split(","))
    writer.writerows(lines)
    return buffer.getvalue().encode()
