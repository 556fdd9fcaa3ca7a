"""Lines of the lists → blocs, the register of units, and effective events."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from bloc_warehouse.domain.units import Bloc, Entry, Event, History
from bloc_warehouse.reference.lists.reading import Values
from bloc_warehouse.reference.spans import apply_events

Rows = Mapping[str, Sequence[Values]]


def history_of(rows: Rows) -> History:
    """Derive spans and successions from the rows of all lists, by list."""
    return apply_events(
        blocs_of(rows.get("ref_blocs", ())),
        entries_of(rows.get("ref_units", ())),
        events_of(rows.get("ref_unit_events", ())),
    )


def blocs_of(rows: Iterable[Values]) -> dict[str, Bloc]:
    """Return blocs by code; one that bore several names is one bloc."""
    named: dict[str, list[Values]] = defaultdict(list)
    for row in rows:
        named[row["bloc_code"] or ""].append(row)
    return {code: _bloc(code, spans) for code, spans in named.items()}


def _bloc(code: str, spans: Sequence[Values]) -> Bloc:
    ends = [_day(span["valid_to"]) for span in spans]
    successors = [span["successor_bloc_code"] for span in spans]
    return Bloc(
        code,
        min(_day(span["valid_from"]) or date.min for span in spans),
        None if None in ends else max(end for end in ends if end),
        next((successor for successor in successors if successor), None),
    )


def bloc_name(rows: Rows, bloc_code: str) -> str:
    """Return a bloc's first name, or its code if the lists lack one."""
    for row in rows.get("ref_blocs", ()):
        if row["bloc_code"] == bloc_code:
            return row["bloc_name"] or bloc_code
    return bloc_code


def entries_of(rows: Iterable[Values]) -> list[Entry]:
    """Return the register: each unit as it first stood."""
    return [
        Entry(
            row["unit_code"] or "",
            row["bloc_code"] or "",
            row["unit_kind"] or "",
            row["unit_name"] or "",
            row["sector"],
            _day(row["valid_from"]),
        )
        for row in rows
    ]


def events_of(rows: Iterable[Values]) -> list[Event]:
    """Return the events that act; proposed and cancelled ones change nothing."""
    return [
        Event(
            row["event_id"] or "",
            row["event_type"] or "",
            date.fromisoformat(row["effective_date"]),
            row["unit_code"] or "",
            row["successor_code"],
            Decimal(row["weight"]) if row["weight"] else None,
            row["bloc_code"],
            row["unit_kind"],
            row["sector"],
            row["unit_name"],
        )
        for row in rows
        if row["status"] == "effective" and row["effective_date"]
    ]


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
