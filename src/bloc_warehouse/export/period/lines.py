"""Works out a form's lines by unit from the facts and from what the returns state.

A flow is added up over the intervals that lie in the period, as the bloc's totals are.
Whatever else a form has (stocks, plans, openings) stands in the return that counts last
in the period; a stock only where that return reaches the period's end and the unit is
open then.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bloc_warehouse.domain.periods import Period, period_of
from bloc_warehouse.export.period.content import Absence, Figure, Line
from bloc_warehouse.forms.model import Column, Table

Row = Mapping[str, Any]
Breakdown = tuple[str | int | None, ...]
Figures = dict[tuple[str, Breakdown, str], Figure]
Label = tuple[str, str, str]

_UNIT = "reporting_unit_code"
_NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Shown:
    """What readers are shown of a form's table.

    Attributes:
        flows: Measures to add up over ``facts``.
        stated: Measures to take from ``versions``.
        facts: Rows of the fact, one a unit, interval and breakdown.
        versions: Lines of the returns that count.
        is_withheld_in_part: What a unit has no rows of may be withheld.
    """

    table: Table
    flows: tuple[str, ...]
    stated: tuple[str, ...]
    facts: Sequence[Row]
    versions: Sequence[Row]
    is_withheld_in_part: bool

    @property
    def unit_key(self) -> str:
        """The column that names the unit that a row is about."""
        named = [key.name for key in self.table.keys if key.type == "unit"]
        return named[0] if named else _UNIT

    @property
    def keys(self) -> tuple[Column, ...]:
        """The breakdown, without the unit."""
        return tuple(key for key in self.table.keys if key.type != "unit")

    def breakdown(self, row: Row) -> Breakdown:
        """Return a row's breakdown; what readers are not shown of it is None."""
        return tuple(row.get(key.name) for key in self.keys)


def figures_of(shown: Shown, period: Period, open_units: frozenset[str]) -> Figures:
    """Return the figures that there are, by unit, breakdown and measure.

    Args:
        shown: The rows of the period's year.
        period: A cumulative period.
        open_units: Those open at its end, in the bloc itself.
    """
    figures: Figures = {}
    returns = _returns(shown, period)
    for (unit, breakdown), rows in _grouped(shown, shown.facts).items():
        for flow in shown.flows:
            figure = _flow(flow, rows)
            if figure is Absence.BLANK and unit in returns:
                figure = _told_later(flow, breakdown, returns[unit], shown)
            figures[unit, breakdown, flow] = figure
    for unit, found in returns.items():
        for breakdown, rows in _by_breakdown(shown, found.latest).items():
            for name in shown.stated:
                nature = shown.table.column(name).nature
                value = found.value(name, nature, breakdown, rows, shown)
                if nature == "stock" and (
                    unit not in open_units or found.end < period.end
                ):
                    continue
                figures[unit, breakdown, name] = value
    return figures


def lines_of(shown: Shown, figures: Figures, labels: Mapping[str, Label]) -> list[Line]:
    """Return the lines: all measures, for each breakdown that anything is known of.

    Args:
        shown: The table.
        figures: See ``figures_of``.
        labels: Measure → group, label, English label.
    """
    measures = [name for name in labels if name in (*shown.flows, *shown.stated)]
    known = {
        (breakdown, measure)
        for (_, breakdown, measure), figure in figures.items()
        if not shown.keys or figure is not Absence.BLANK
    }
    breakdowns = sorted({breakdown for breakdown, _ in known}, key=_order(shown))
    if not shown.keys or (shown.is_withheld_in_part and not breakdowns):
        breakdowns = [()]
        known = {((), measure) for measure in measures}
    return [
        Line(
            shown.table.name,
            shown.table.title_vi,
            breakdown,
            _in_words(shown, breakdown),
            measure,
            *labels[measure],
            "flow" if measure in shown.flows else shown.table.column(measure).nature,  # type: ignore[arg-type]
        )
        for breakdown in breakdowns
        for measure in measures
        if (breakdown, measure) in known
    ]


@dataclass(frozen=True, slots=True)
class _Returns:
    """A unit's returns of the year that count, up to the period's end."""

    latest: Sequence[Row]
    earliest: Sequence[Row]
    is_cumulative: bool
    is_whole: bool
    end: date

    def value(
        self,
        name: str,
        nature: str,
        breakdown: Breakdown,
        rows: Sequence[Row],
        shown: Shown,
    ) -> Figure:
        """Return what the returns state in one of their columns."""
        if nature == "opening" and not self.is_cumulative:
            rows = _by_breakdown(shown, self.earliest).get(breakdown, ())
        if nature == "distinct" and not self.is_whole:
            return Absence.BLANK  # subjects met in two returns are not two
        return _sum(name, rows)


def _returns(shown: Shown, period: Period) -> dict[str, _Returns]:
    found: dict[str, dict[Period, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in shown.versions:
        own = period_of(row["period_code"])
        if own.end <= period.end and (unit := row[shown.unit_key]) is not None:
            found[unit][own].append(row)
    return {unit: _united(periods, period) for unit, periods in found.items()}


def _united(periods: Mapping[Period, Sequence[Row]], period: Period) -> _Returns:
    last = max(periods, key=lambda one: (one.end, one.basis == "cumulative"))
    first = min(periods, key=lambda one: (one.start, one.end))
    return _Returns(
        latest=periods[last],
        earliest=periods[first],
        is_cumulative=last.basis == "cumulative",
        is_whole=last.code == period.code,
        end=last.end,
    )


def _grouped(
    shown: Shown, rows: Iterable[Row]
) -> dict[tuple[str, Breakdown], list[Row]]:
    groups: dict[tuple[str, Breakdown], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[shown.unit_key], shown.breakdown(row)].append(row)
    return groups


def _by_breakdown(shown: Shown, rows: Iterable[Row]) -> dict[Breakdown, list[Row]]:
    groups: dict[Breakdown, list[Row]] = defaultdict(list)
    for row in rows:
        groups[shown.breakdown(row)].append(row)
    return groups


def _flow(name: str, rows: Sequence[Row]) -> Figure:
    if any(row.get("is_withheld") for row in rows):
        return Absence.WITHHELD
    return _sum(name, rows)


def _told_later(
    name: str, breakdown: Breakdown, found: _Returns, shown: Shown
) -> Figure:
    """Return what a later cumulative return says of a flow that an earlier left out."""
    rows = _by_breakdown(shown, found.latest).get(breakdown, ())
    if found.is_cumulative and rows and name in rows[0]:
        return _sum(name, rows)
    return Absence.BLANK


def _sum(name: str, rows: Sequence[Row]) -> Figure:
    values: list[int | float | Decimal | None] = [row[name] for row in rows]
    if rows and all(name in (row.get(_NOT_APPLICABLE) or ()) for row in rows):
        return Absence.NOT_APPLICABLE
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else Absence.BLANK


def _order(shown: Shown) -> Any:  # noqa: ANN401
    places = [
        {value.code: place for place, value in enumerate(key.values)}
        for key in shown.keys
    ]

    def order(breakdown: Breakdown) -> tuple[tuple[int, str], ...]:
        return tuple(
            (place.get(str(code), len(place)), str(code))
            for place, code in zip(places, breakdown, strict=True)
        )

    return order


def _in_words(shown: Shown, breakdown: Breakdown) -> str:
    words = [
        _word(key, code)
        for key, code in zip(shown.keys, breakdown, strict=False)
        if code is not None
    ]
    return " · ".join(_years_joined(words, shown.keys))


def _word(key: Column, code: str | int) -> str:
    labels = {value.code: value.label_vi for value in key.values}
    return labels.get(str(code), str(code))


def _years_joined(words: Sequence[str], keys: Sequence[Column]) -> Iterator[str]:
    """Yield the words; two years that follow one another are a span: 2015–2019."""
    years = [word for word, key in zip(words, keys, strict=False) if key.type == "year"]
    for word, key in zip(words, keys, strict=False):
        if key.type != "year":
            yield word
    if years:
        yield "–".join(dict.fromkeys(years))
