"""Which returns a unit owes by its spans, as ``int_returns_expected`` counts them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bloc_warehouse.periods import LAST_YEAR, period_of
from bloc_warehouse.reference.reading import Values
from bloc_warehouse.reference.units import OFFICE, Span

Owed = tuple[str, str, str]  # unit, form, period


@dataclass(frozen=True, slots=True)
class _Due:
    form: str
    period: str
    owed_on: date


Dues = Mapping[tuple[str, str], Sequence[_Due]]


def dues_of(obligations: Iterable[Values]) -> Dues:
    """Return by bloc and kind of sender what is owed, and on which day it is."""
    dues: dict[tuple[str, str], list[_Due]] = defaultdict(list)
    for row in obligations:
        first, last = row["first_period"] or "", row["last_period"]
        late = int(row["due_days"] or 0)
        for year in range(int(first[:4]), int(last[:4] if last else LAST_YEAR) + 1):
            period = period_of(f"{year}-{row['period_type']}")
            owed_on = min(period.end, period.end + timedelta(late))
            dues[row["bloc_code"] or "", row["owed_by"] or ""].append(
                _Due(row["form"] or "", period.code, owed_on)
            )
    return dues


def owed_by(spans: Iterable[Span], dues: Dues) -> set[Owed]:
    """Return the returns that units owe in these spans."""
    return {
        (span.unit_code, due.form, due.period)
        for span in spans
        for due in dues.get((span.bloc_code, _sender(span)), ())
        if span.is_open_on(due.owed_on)
    }


def _sender(span: Span) -> str:
    return OFFICE if span.unit_kind == OFFICE else "unit"
