"""The files that ``bench-intake`` ingests; the same each time.

Their figures are those of the generated submissions, under the bench's own units: every
file is accepted, and none replaces another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import count, islice
from pathlib import Path
from typing import Literal

from bloc_samples.dataset import draw_dataset
from bloc_samples.files.batching import Parcel
from bloc_samples.files.habits import Layout
from bloc_samples.files.writing import write_parcels
from bloc_samples.returns.model import Return

Kind = Literal["xlsx", "csv", "bundle"]
"""A workbook or a CSV of one form; or a workbook with all forms of a unit."""

FORMS = ("membership", "admissions", "ratings", "inspections", "awards_training")
_LAYOUTS: dict[Kind, Layout] = {"xlsx": "template", "csv": "csv", "bundle": "template"}
_SEED = 1
_OPEN = (date(2010, 1, 1), None)


@dataclass(frozen=True, slots=True)
class Order:
    """So many files of one kind; ``name`` begins the codes of their units."""

    name: str
    kind: Kind
    files: int

    @property
    def forms(self) -> int:
        """How many forms the files hold."""
        return self.files * (len(FORMS) if self.kind == "bundle" else 1)

    @property
    def units(self) -> int:
        """How many units send the files: each all five forms of one period."""
        return -(-self.forms // len(FORMS))


def make_files(orders: Sequence[Order], landing: Path, *, workers: int) -> list[str]:
    """Write the files of all orders; return their paths below ``landing``."""
    parcels = [parcel for order in orders for parcel in _parcels(order)]
    return sorted(write_parcels(parcels, landing, workers=workers))


def unit_rows(orders: Sequence[Order], at_least: int) -> Iterator[tuple[object, ...]]:
    """Yield code, bloc, kind, name and days of the senders, and of more units.

    Args:
        orders: What their senders send.
        at_least: How many units there are to be: a country has 52,000.
    """
    senders = [unit for order in orders for unit in islice(_units(order), order.units)]
    more = islice(_units(Order("Z", "csv", 0)), max(0, at_least - len(senders)))
    for kind, returns in (*senders, *more):
        first = returns[0]
        yield first.unit_code, first.bloc_code, kind, first.unit_name, *_OPEN


def _parcels(order: Order) -> Iterator[Parcel]:
    for _, returns in islice(_units(order), order.units):
        if order.kind == "bundle":
            yield _parcel(order, returns)
    if order.kind != "bundle":
        singles = (sent for _, returns in _units(order) for sent in returns)
        for first in islice(singles, order.files):
            yield _parcel(order, (first,))


def _parcel(order: Order, returns: tuple[Return, ...]) -> Parcel:
    first = returns[0]
    ending = "csv" if order.kind == "csv" else "xlsx"
    form = first.form if len(returns) == 1 else "all"
    path = f"{first.unit_code}/{first.received}/{form}.{ending}"
    return Parcel(path, _LAYOUTS[order.kind], returns)


def _units(order: Order) -> Iterator[tuple[str, tuple[Return, ...]]]:
    """Yield units without end: the kind of each, and what it sends."""
    rounds = _rounds()
    for number in count():
        kind, returns = rounds[number % len(rounds)]
        code = f"{order.name}-{number:05}"
        own = (
            replace(sent, unit_code=code, unit_name=f"{sent.unit_name} {code}")
            for sent in returns
        )
        yield kind, tuple(own)


@cache
def _rounds() -> list[tuple[str, tuple[Return, ...]]]:
    """Return generated submissions that hold all five forms of a unit and period."""
    dataset = draw_dataset(_SEED)
    by_return: dict[tuple[str, str], dict[str, Return]] = {}
    for sent in dataset.returns:
        by_return.setdefault((sent.unit_code, sent.period), {})[sent.form] = sent
    rounds = []
    for (unit_code, period), found in sorted(by_return.items()):
        span = dataset.population.unit(unit_code).span_at(period)
        if span and found.keys() >= set(FORMS):
            rounds.append((span.unit_kind, tuple(found[form] for form in FORMS)))
    return rounds
