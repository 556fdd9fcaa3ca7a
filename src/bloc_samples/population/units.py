"""Units, their spans, and the events that change them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bloc_samples.scenario import CLOSED, OFFICE_SUFFIX
from bloc_warehouse.domain.periods import period_of

OPEN = date.max


@dataclass(frozen=True, slots=True)
class Span:
    """The days, last one excluded, in which a unit was the same in all respects.

    ``valid_to`` is ``OPEN`` while it stays so.
    """

    bloc_code: str
    unit_kind: str
    unit_name: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Unit:
    """A grassroots unit or a bloc's office."""

    code: str
    sector: str
    spans: tuple[Span, ...]

    def span_on(self, day: date) -> Span | None:
        """Return the span in which a day lies; None when the unit is not open."""
        for span in self.spans:
            if span.valid_from <= day < span.valid_to:
                return span
        return None

    def span_at(self, period: str) -> Span | None:
        """Return the span at the end of a period."""
        return self.span_on(period_of(period).end)

    @property
    def is_office(self) -> bool:
        """Whether this is a bloc's office."""
        return self.code.endswith(OFFICE_SUFFIX)


@dataclass(frozen=True, slots=True)
class Event:
    """A dated change of a unit; only ``effective`` ones act."""

    event_type: str
    status: str
    effective_date: date
    unit_code: str
    successor_code: str = ""
    decision_no: str = ""
    note: str = ""
    bloc_code: str = ""
    unit_kind: str = ""
    unit_name: str = ""
    weight: str = ""


@dataclass(frozen=True, slots=True)
class Population:
    """All units, in the order of their codes, and what happens to them."""

    units: tuple[Unit, ...]
    events: tuple[Event, ...]
    by_code: dict[str, Unit] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_code = {unit.code: unit for unit in self.units}
        object.__setattr__(self, "by_code", by_code)

    def unit(self, code: str) -> Unit:
        """Return the unit with this code.

        Raises:
            KeyError: There is none.
        """
        return self.by_code[code]

    def of_blocs(self, blocs: Iterable[str]) -> list[Unit]:
        """Return the grassroots units that ever belonged to one of the blocs."""
        wanted = set(blocs)
        return [
            unit
            for unit in self.units
            if not unit.is_office and wanted & {span.bloc_code for span in unit.spans}
        ]

    @property
    def merged_into(self) -> Mapping[str, str]:
        """Unit → its successor, for mergers that took effect."""
        return {
            event.unit_code: event.successor_code
            for event in self.handovers
            if event.event_type == "merge_into"
        }

    @property
    def handovers(self) -> tuple[Event, ...]:
        """The mergers and splits that took effect while the blocs last."""
        return tuple(
            event
            for event in self.events
            if event.event_type in ("merge_into", "split")
            and event.status == "effective"
            and event.effective_date < CLOSED
        )
