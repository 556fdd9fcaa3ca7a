"""Which returns a unit owes by its spans, as ``int_returns_expected`` counts them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bloc_warehouse.domain.periods import LAST_YEAR, period_of
from bloc_warehouse.domain.units import OFFICE, Bloc, Span
from bloc_warehouse.reference.lists.reading import Values

Owed = tuple[str, str, str]  # unit, form, period

# those of which the seed ref_summary_indicators has an indicator that accrues as a flow
FORMS_WITH_FLOWS = frozenset(
    {"admissions", "admission_plan", "awards_training", "inspections"}
)


@dataclass(frozen=True, slots=True)
class _Due:
    form: str
    period: str
    start: date
    end: date
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
                _Due(row["form"] or "", period.code, period.start, period.end, owed_on)
            )
    return dues


def owed_by(spans: Iterable[Span], dues: Dues, blocs: Mapping[str, Bloc]) -> set[Owed]:
    """Return the returns that units owe.

    Args:
        spans: All spans of these units.
        dues: See ``dues_of``.
        blocs: By their codes.
    """
    units: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        units[span.unit_code].append(span)
    return {
        (unit, due.form, due.period)
        for unit, own in units.items()
        for due in (*_while_open(own, dues), *_last_ones(own, dues, blocs))
    }


def _while_open(spans: Sequence[Span], dues: Dues) -> Iterator[_Due]:
    for span in spans:
        for due in dues.get((span.bloc_code, _sender(span)), ()):
            if span.is_open_on(due.owed_on):
                yield due


def _last_ones(
    spans: Sequence[Span], dues: Dues, blocs: Mapping[str, Bloc]
) -> Iterator[_Due]:
    """Yield of each form with flows the first period in which the unit ends."""
    begins = {span.valid_from for span in spans}
    for span in spans:
        if span.valid_to is None or span.valid_to in begins:
            continue
        last_day = span.valid_to - timedelta(1)
        holding = [
            due
            for due in dues.get((span.bloc_code, _sender(span)), ())
            if due.start <= last_day <= due.end == due.owed_on
            and due.form in FORMS_WITH_FLOWS
        ]
        nearest = {
            form: min(due.end for due in holding if due.form == form)
            for form in {due.form for due in holding}
        }
        for due in holding:
            is_open = any(span.is_open_on(due.end) for span in spans)
            is_nearest = due.end == nearest[due.form] and not is_open
            if is_nearest and _stands(blocs, span.bloc_code, due.end):
                yield due


def _stands(blocs: Mapping[str, Bloc], code: str, day: date) -> bool:
    """Whether the bloc, or one that succeeded it, is there on a day."""
    seen: set[str] = set()
    bloc = blocs.get(code)
    while bloc and bloc.code not in seen and not bloc.is_open_on(day):
        seen.add(bloc.code)
        has_ended = bloc.valid_to is not None and bloc.valid_to <= day
        bloc = blocs.get(bloc.successor_code or "") if has_ended else None
    return bloc is not None and bloc.is_open_on(day)


def _sender(span: Span) -> str:
    return OFFICE if span.unit_kind == OFFICE else "unit"
