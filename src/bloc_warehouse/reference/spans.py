"""Folds the register of units and their effective events into spans and successions.

Day by day: units on the register open; units change; units end; units that events found
open; units of a bloc that ended end with it; then those that ended are led to
their successors. The order of events within one day does not matter.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bloc_warehouse.domain.units import (
    OFFICE,
    Bloc,
    Entry,
    Event,
    History,
    Problem,
    Span,
    Succession,
)

_WHOLE = Decimal(1)
_SUCCESSIONS = ("merge_into", "split")


def apply_events(
    blocs: Mapping[str, Bloc], entries: Iterable[Entry], events: Iterable[Event]
) -> History:
    """Derive every unit's spans, and who follows whom with which weight.

    Args:
        blocs: By their codes.
        entries: The register; one entry a unit.
        events: The effective ones.
    """
    timeline = _UnitTimeline(blocs, {entry.unit_code: entry for entry in entries})
    opening: dict[date, list[Entry]] = defaultdict(list)
    for entry in timeline.entries.values():
        if entry.valid_from:
            opening[entry.valid_from].append(entry)
    happening: dict[date, list[Event]] = defaultdict(list)
    for event in events:
        happening[event.effective_date].append(event)
    ending = {bloc.valid_to for bloc in blocs.values() if bloc.valid_to}
    for day in sorted({*opening, *happening, *ending}):
        for entry in opening[day]:
            timeline.open(entry, day)
        timeline.take(sorted(happening[day], key=lambda event: event.event_id), day)
    return timeline.history()


class _UnitTimeline:
    """The units' state as days pass: open spans, earlier units, successions."""

    def __init__(self, blocs: Mapping[str, Bloc], entries: Mapping[str, Entry]) -> None:
        self.blocs = blocs
        self.entries = entries
        self._open: dict[str, Span] = {}
        self._last: dict[str, Span] = {}
        self._may_return: set[str] = set()  # dissolved or gone, not merged or split
        self._handed_over: set[str] = set()  # merged or split away, not founded again
        self._ended: list[Span] = []
        self._successions: list[Succession] = []
        self._problems: list[Problem] = []

    def history(self) -> History:
        spans = sorted(
            [*self._ended, *self._open.values()],
            key=lambda span: (span.unit_code, span.valid_from),
        )
        return History(spans, self._successions, self._problems)

    def open(self, entry: Entry, day: date, event: Event | None = None) -> None:
        """Open a unit as it stood last, or as the register has it."""
        code = entry.unit_code
        before = self._last.get(code)
        as_known = before or entry
        values = {
            "bloc_code": as_known.bloc_code,
            "unit_kind": as_known.unit_kind,
            "sector": as_known.sector,
            "unit_name": as_known.unit_name,
        } | (event.changes if event and event.unit_code == code else {})
        span = Span(unit_code=code, valid_from=day, **values)  # type: ignore[arg-type]
        self._open[code] = span
        self._handed_over.discard(code)
        self._check_bloc(span, day, event)
        if before and code in self._may_return:
            self._lead(before, span, _WHOLE, day)

    def take(self, events: Sequence[Event], day: date) -> None:
        """Let all that happens on a day happen."""
        by_unit: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            by_unit[event.unit_code].append(event)
        led: list[tuple[Span, Sequence[Event]]] = []
        opened: list[Event] = []
        for code, own in by_unit.items():
            if code not in self.entries:
                continue  # reported as an unknown unit
            if self._opens(own):
                opened += own
            elif code not in self._open:
                self._report(
                    "unit_not_open", own[0], "unit_code",
                    f"{code} is not open on {day}; nothing can happen to it",
                )  # fmt: skip
            elif any(_ends(event) for event in own):
                led += self._end_by(own, day)
            else:
                self._change(own, day)
        self._open_by(opened, day)
        self._open_successors(led, day)
        self._end_with_blocs(day)
        for span, succession in led:
            self._lead_by(span, succession, day)

    def _opens(self, own: Sequence[Event]) -> bool:
        code = own[0].unit_code
        # what another unit took over cannot return: its members would count twice
        may_come_in = code not in self._open and code not in self._handed_over
        return any(
            event.event_type == "found"
            or (event.event_type == "transfer_bloc" and event.bloc_code and may_come_in)
            for event in own
        )

    def _change(self, own: Sequence[Event], day: date) -> None:
        span = self._open[own[0].unit_code]
        changes: dict[str, str] = {}
        for event in own:
            for name, value in event.changes.items():
                if changes.setdefault(name, value) != value:
                    self._report(
                        "events_contradict", event, name,
                        f"two events of {day} give {event.unit_code} another {name}",
                    )  # fmt: skip
        after = replace(span, valid_from=day, **changes)  # type: ignore[arg-type]
        self._open[span.unit_code] = after
        self._check_bloc(after, day, own[0])
        if span.valid_from < day:
            self._ended.append(replace(span, valid_to=day))
            self._lead(span, after, _WHOLE, day)

    def _end_by(
        self, own: Sequence[Event], day: date
    ) -> list[tuple[Span, Sequence[Event]]]:
        """End a unit; return what leads to successors."""
        first = own[0]
        if len({event.event_type for event in own}) > 1 or (
            len(own) > 1 and first.event_type != "split"
        ):
            self._report(
                "ends_once", own[1], "effective_date",
                f"{first.unit_code} ends on {day} by another event already",
            )  # fmt: skip
        span = self._open[first.unit_code]
        if span.valid_from == day:
            self._report(
                "ends_as_it_begins", first, "effective_date",
                f"{first.unit_code} would end on the day it begins, {day}",
            )  # fmt: skip
            return []
        self._end(span, day)
        if first.event_type not in _SUCCESSIONS:
            self._may_return.add(span.unit_code)
            return []
        successions = [event for event in own if event.event_type == first.event_type]
        if first.event_type == "split":
            self._check_shares(successions)
        if first.event_type == "split" and any(
            event.successor_code == span.unit_code for event in successions
        ):  # it goes on with a part
            self._open[span.unit_code] = replace(span, valid_from=day)
        else:
            self._handed_over.add(span.unit_code)
        return [(span, successions)]

    def _check_shares(self, parts: Sequence[Event]) -> None:
        first = parts[0]
        shares = sum((part.weight or Decimal() for part in parts), Decimal())
        if shares != _WHOLE or any((part.weight or 0) <= 0 for part in parts):
            self._report(
                "weights_not_one", first, "weight",
                f"the split of {first.unit_code} on {first.effective_date} has weights "
                f"that add up to {shares}, not to 1, or one that is not above 0",
            )  # fmt: skip
        if len({part.successor_code for part in parts}) < len(parts):
            self._report(
                "successor_twice", first, "successor_code",
                f"the split of {first.unit_code} on {first.effective_date} names a "
                "successor twice",
            )  # fmt: skip

    def _end(self, span: Span, day: date) -> None:
        self._ended.append(replace(span, valid_to=day))
        self._last[span.unit_code] = span
        self._may_return.discard(span.unit_code)
        del self._open[span.unit_code]

    def _open_by(self, events: Sequence[Event], day: date) -> None:
        for event in events:
            code = event.unit_code
            if code in self._open and self._open[code].valid_from <= day:
                self._report(
                    "unit_is_open", event, "effective_date",
                    f"{code} is open on {day} already; a unit that an event opens "
                    "has no valid_from in ref_units",
                )  # fmt: skip
            else:
                self.open(self.entries[code], day, event)

    def _open_successors(
        self, led: Sequence[tuple[Span, Sequence[Event]]], day: date
    ) -> None:
        """A successor that has not been there yet begins with the event."""
        for _, events in led:
            for event in events:
                entry = self.entries.get(event.successor_code or "")
                if (
                    entry
                    and entry.valid_from is None
                    and entry.unit_code not in self._open
                    and entry.unit_code not in self._last
                ):
                    self.open(entry, day, event)

    def _end_with_blocs(self, day: date) -> None:
        gone = {code for code, bloc in self.blocs.items() if bloc.valid_to == day}
        if not gone:
            return
        ending = [span for span in self._open.values() if span.bloc_code in gone]
        for span in ending:
            if span.valid_from < day:
                self._end(span, day)
                self._may_return.add(span.unit_code)
        for span in ending:
            if span.unit_kind == OFFICE:
                self._lead_office(span, day)

    def _lead_office(self, span: Span, day: date) -> None:
        """An office's work goes to the office of the bloc that succeeds its own."""
        successor = self.blocs[span.bloc_code].successor_code
        for office in self._open.values():
            if office.unit_kind == OFFICE and office.bloc_code == successor:
                self._lead(span, office, _WHOLE, day)
                self._may_return.discard(span.unit_code)
                return

    def _lead_by(self, span: Span, events: Sequence[Event], day: date) -> None:
        for event in events:
            after = self._open.get(event.successor_code or "")
            is_own = event.successor_code == span.unit_code
            if after is None or (is_own and event.event_type == "merge_into"):
                self._check_successor(event, day)
                continue
            weight = event.weight if event.event_type == "split" else None
            self._lead(span, after, weight or _WHOLE, day)

    def _check_successor(self, event: Event, day: date) -> None:
        code = event.successor_code
        if code not in self.entries:
            return  # reported as an unknown unit
        last = self._last.get(code or "")
        is_closing = last is not None and any(
            span.unit_code == code and span.valid_to == day for span in self._ended
        )
        if is_closing or code == event.unit_code:
            self._report(
                "merges_in_a_circle", event, "successor_code",
                f"{code} itself ends on {day}; name the unit that is there afterwards",
            )  # fmt: skip
        else:
            self._report(
                "successor_not_open", event, "successor_code",
                f"{code} is not open on {day} and cannot take over",
            )  # fmt: skip

    def _lead(self, before: Span, after: Span, weight: Decimal, day: date) -> None:
        self._successions.append(
            Succession(before.unit_key, after.unit_key, weight, day)
        )

    def _check_bloc(self, span: Span, day: date, event: Event | None) -> None:
        bloc = self.blocs.get(span.bloc_code)
        if bloc is None or bloc.is_open_on(day):
            return  # an unknown bloc is reported with its code
        message = f"{span.bloc_code} is not there on {day}"
        if event is None or event.unit_code != span.unit_code:
            self._problems.append(
                Problem("bloc_not_there", "ref_units", span.unit_code, "bloc_code",
                        message)
            )  # fmt: skip
        else:
            self._report("bloc_not_there", event, "bloc_code", message)

    def _report(self, rule: str, event: Event, column: str, message: str) -> None:
        self._problems.append(
            Problem(rule, "ref_unit_events", event.event_id, column, message)
        )


def _ends(event: Event) -> bool:
    return event.event_type in (*_SUCCESSIONS, "dissolve") or (
        event.event_type == "transfer_bloc" and not event.bloc_code
    )
