"""Form THK: the bloc's own totals, added up from the returns that it received.

A flow counts the latest cumulative return of the year from every unit and office that
reported to the bloc or, in that year, to its predecessors: the last returns of merged
units and of the predecessors' offices are in it. A stock counts the units that are open
at the period's end.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from bloc_samples.population.units import Population
from bloc_samples.returns.model import Return, Row, Rows
from bloc_samples.scenario import BLOCS
from bloc_warehouse.domain.periods import period_of

_BY_FORM: dict[str, tuple[str, ...]] = {
    "membership": ("unit_count", "unit_count_dbcs", "unit_count_cbcs", "member_count"),
    "admissions": ("members_admitted", "admission_decisions"),
    "ratings": ("members_rated",),
    "awards_training": ("awards_given", "people_trained"),
    "inspections": ("inspection_turns", "members_disciplined"),
}
_FLOWS: dict[str, tuple[str, Callable[[Row], object]]] = {
    "members_admitted": ("admissions", lambda row: row["admitted_total"]),
    "admission_decisions": ("admissions", lambda row: row["admitted_total"]),
    "awards_given": ("awards", lambda row: row["award_count"]),
    "people_trained": ("training", lambda row: row["attendees"]),
    "inspection_turns": ("inspections", lambda row: row["done"]),
    "members_disciplined": (
        "discipline",
        lambda row: row["discipline_total"] if row["subject"] == "member" else 0,
    ),
}


class Received:
    """Returns by bloc and year."""

    def __init__(self, returns: Iterable[Return]) -> None:
        self._found: dict[tuple[str, int], list[Return]] = defaultdict(list)
        for found in returns:
            year = period_of(found.period).year
            self._found[found.bloc_code, year].append(found)

    def of(self, blocs: Iterable[str], year: int) -> Iterator[Return]:
        """Yield the returns that some blocs received for a year."""
        for bloc in blocs:
            yield from self._found[bloc, year]


def summary_rows(
    bloc: str, period: str, returns: Received, population: Population
) -> Rows:
    """Return one row an indicator whose form was due for the period."""
    reporting = _reporting(bloc, period, returns)
    at_end = [found for found in reporting if _is_open(found, bloc, period, population)]
    forms = {found.form for found in at_end}
    rows: list[Row] = []
    for form, indicators in _BY_FORM.items():
        if form not in forms:
            continue
        for indicator in indicators:
            total = (
                _flow(indicator, (found for found in reporting if found.form == form))
                if indicator in _FLOWS
                else _stock(indicator, period, at_end, population)
            )
            rows.append({"indicator": indicator, "declared_total": total})
    return {"bloc_summary": rows}


def _reporting(bloc: str, period: str, returns: Received) -> list[Return]:
    """Return the latest return of the year, by sender and form, of bloc and lineage."""
    blocs = {bloc} | {other.code for other in BLOCS if other.successor == bloc}
    end = period_of(period)
    latest: dict[tuple[str, str], Return] = {}
    for found in returns.of(sorted(blocs), end.year):
        own = period_of(found.period)
        if own.end <= end.end:
            known = latest.get((found.unit_code, found.form))
            if known is None or period_of(known.period).end < own.end:
                latest[found.unit_code, found.form] = found
    return list(latest.values())


def _is_open(found: Return, bloc: str, period: str, population: Population) -> bool:
    span = population.unit(found.unit_code).span_at(period)
    return span is not None and span.bloc_code == bloc and found.period == period


def _flow(indicator: str, returns: Iterable[Return]) -> int:
    table, amount = _FLOWS[indicator]
    return sum(
        int(str(amount(row))) for found in returns for row in found.rows.get(table, ())
    )


def _stock(
    indicator: str, period: str, at_end: Sequence[Return], population: Population
) -> int:
    if indicator == "members_rated":
        return sum(
            int(str(row["rated_total"]))
            for found in at_end
            if found.form == "ratings"
            for row in found.rows["ratings"]
            if row["subject"] == "member"
        )
    members = [found for found in at_end if found.form == "membership"]
    if indicator == "member_count":
        return sum(
            int(str(found.rows["membership"][0]["closing_total"])) for found in members
        )
    kinds = [
        span.unit_kind
        for found in members
        if (span := population.unit(found.unit_code).span_at(period))
    ]
    _, _, kind = indicator.partition("unit_count_")
    return kinds.count(kind) if kind else len(kinds)
