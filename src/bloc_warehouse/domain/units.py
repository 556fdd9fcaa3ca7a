"""Units as the lists have them: blocs, the register, events; and what follows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

OFFICE = "bloc_office"
EVENT_TYPES = (
    "found",
    "rename",
    "change_kind",
    "change_sector",
    "transfer_bloc",
    "merge_into",
    "split",
    "dissolve",
)
# the event's own column: what it changes, or where the unit goes
SAYS = {
    "rename": "unit_name",
    "change_kind": "unit_kind",
    "change_sector": "sector",
    "merge_into": "successor_code",
    "split": "successor_code",
}
ATTRIBUTES = ("bloc_code", "unit_kind", "sector", "unit_name")


@dataclass(frozen=True, slots=True)
class Bloc:
    """A bloc, whatever names it bore; ``valid_to`` is the first day without it."""

    code: str
    valid_from: date
    valid_to: date | None
    successor_code: str | None = None

    def is_open_on(self, day: date) -> bool:
        """Whether the bloc exists on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit as it first stood; ``valid_from`` None: an event opens it."""

    unit_code: str
    bloc_code: str
    unit_kind: str
    unit_name: str
    sector: str | None = None
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One effective change of a unit; a split is one event a successor."""

    event_id: str
    event_type: str
    effective_date: date
    unit_code: str
    successor_code: str | None = None
    weight: Decimal | None = None
    bloc_code: str | None = None
    unit_kind: str | None = None
    sector: str | None = None
    unit_name: str | None = None

    @property
    def changes(self) -> dict[str, str]:
        """What is other from this day on."""
        values = {name: getattr(self, name) for name in ATTRIBUTES}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class Span:
    """Days in which a unit was the same; ``valid_to`` is the first day after."""

    unit_code: str
    bloc_code: str
    unit_kind: str
    sector: str | None
    unit_name: str
    valid_from: date
    valid_to: date | None = None

    @property
    def unit_key(self) -> str:
        """The key that facts and ``dim_units`` know the span by."""
        return f"{self.unit_code}@{self.valid_from}"

    def is_open_on(self, day: date) -> bool:
        """Whether the span covers a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def overlaps(self, first: date, last: date) -> bool:
        """Whether the span covers any of these days."""
        begins = self.valid_from <= last
        return begins and (self.valid_to is None or first < self.valid_to)


@dataclass(frozen=True, slots=True)
class Succession:
    """Which span takes over a span that ended, and which share of it."""

    unit_key: str
    successor_unit_key: str
    weight: Decimal
    effective_date: date


@dataclass(frozen=True, slots=True)
class Problem:
    """What the register and the events contradict each other in.

    Attributes:
        rule: Its name, as ``bloc reference check`` prints it.
        source: The list whose line is at fault.
        key: Code of the unit or number of the event that the line begins with.
        column: The column of the line.
        message: What is wrong.
    """

    rule: str
    source: Literal["ref_units", "ref_unit_events"]
    key: str
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class History:
    """All spans and successions, and what stood in their way."""

    spans: Sequence[Span]
    successions: Sequence[Succession]
    problems: Sequence[Problem]

    def by_unit(self) -> dict[str, list[Span]]:
        """Return each unit's spans."""
        spans: dict[str, list[Span]] = defaultdict(list)
        for span in self.spans:
            spans[span.unit_code].append(span)
        return dict(spans)
