"""Makes registers and events with only what matters to a case."""

from datetime import date
from decimal import Decimal

from bloc_warehouse.domain.units import Bloc, Entry, Event, History
from bloc_warehouse.reference.spans import apply_events

START = date(2010, 1, 1)
BLOCS = {
    "OLD": Bloc("OLD", START, date(2020, 1, 1), "NEW"),
    "NEW": Bloc("NEW", START, None),
}


def day(text: str) -> date:
    return date.fromisoformat(text)


def entry(code: str, bloc: str = "NEW", *, since: str | None = "2010-01-01") -> Entry:
    return Entry(code, bloc, "cbcs", code, None, day(since) if since else None)


def office(code: str, bloc: str) -> Entry:
    return Entry(code, bloc, "bloc_office", code, None, START)


def event(kind: str, on: str, code: str, to: str | None = None, **values: str) -> Event:
    """An effective event; ``weight`` is given as text."""
    weight = values.pop("weight", None)
    return Event(
        f"{kind} {on} {code} {to or ''}".strip(), kind, day(on), code, to,
        Decimal(weight) if weight else None, **values,
    )  # fmt: skip


def history(entries: list[Entry], *events: Event) -> History:
    return apply_events(BLOCS, entries, events)


def spans(found: History) -> list[tuple[str, str, str, str | None]]:
    """Code, bloc, first day, first day after."""
    return [
        (
            span.unit_code,
            span.bloc_code,
            str(span.valid_from),
            str(span.valid_to) if span.valid_to else None,
        )
        for span in found.spans
    ]


def lineage(found: History) -> dict[str, dict[str, Decimal]]:
    """Span → where it goes on today → share; walked by hand, without SQL."""
    ways: dict[str, dict[str, Decimal]] = {}
    keys = sorted(found.spans, key=lambda link: link.valid_to or date.max, reverse=True)
    for span in keys:
        onwards = [link for link in found.successions if link.unit_key == span.unit_key]
        share: dict[str, Decimal] = {} if onwards else {span.unit_key: Decimal(1)}
        for succession in onwards:
            for today, weight in ways[succession.successor_unit_key].items():
                share[today] = share.get(today, Decimal()) + succession.weight * weight
        ways[span.unit_key] = share
    return ways


def rules(found: History) -> list[str]:
    return [problem.rule for problem in found.problems]
