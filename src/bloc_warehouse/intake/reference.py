"""The units that may send, as intake needs them: spans and names, from `reference`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from psycopg import Connection
from psycopg.rows import class_row
from rapidfuzz import process

from bloc_warehouse.vietnamese import fold

OFFICE = "bloc_office"
_FAR_FUTURE = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class UnitSpan:
    """One span of a unit; ``valid_to`` is the first day after it, None when open."""

    unit_code: str
    bloc_code: str
    unit_kind: str
    unit_name: str
    valid_from: date
    valid_to: date | None

    def overlaps(self, start: date, end: date) -> bool:
        """Whether the unit is open on any day from ``start`` to ``end``."""
        return self.valid_from <= end and start < (self.valid_to or _FAR_FUTURE)


@dataclass(frozen=True, slots=True)
class UnitAlias:
    """Another name of a unit, in the days in which it was used."""

    unit_code: str
    alias: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Reference:
    """Units and their names; answers who a sender is and whom a name means."""

    spans: Sequence[UnitSpan]
    aliases: Sequence[UnitAlias]

    def spans_of(self, unit_code: str) -> list[UnitSpan]:
        """Return a unit's spans, oldest first; empty for an unknown code."""
        return sorted(
            (span for span in self.spans if span.unit_code == unit_code),
            key=lambda span: span.valid_from,
        )

    def span_in(self, unit_code: str, start: date, end: date) -> UnitSpan | None:
        """Return the unit's last span that is open in the given days."""
        open_spans = [
            span for span in self.spans_of(unit_code) if span.overlaps(start, end)
        ]
        return open_spans[-1] if open_spans else None

    def kind_of(self, unit_code: str) -> str | None:
        """Return the kind of the unit's last span; None for an unknown code."""
        spans = self.spans_of(unit_code)
        return spans[-1].unit_kind if spans else None

    def blocs_of(self, unit_code: str) -> set[str]:
        """Return the blocs the unit belonged to at any time."""
        return {span.bloc_code for span in self.spans_of(unit_code)}

    def by_name(self, name: str, among: set[str]) -> set[str]:
        """Return the codes of units in the blocs ``among`` that bear this name."""
        wanted = fold(name)
        return {
            code
            for code, known in self._names(among)
            if wanted and fold(known) == wanted
        }

    def nearest(self, text: str, among: set[str]) -> str | None:
        """Propose the unit whose code or name is nearest; never to be taken as it."""
        choices: dict[str, str] = {}
        for code, name in self._names(among):
            choices[fold(name)] = f"{code} {name}"
            choices.setdefault(fold(code), f"{code} {name}")
        match = process.extractOne(fold(text), list(choices), score_cutoff=70)
        return choices[match[0]] if match else None

    def _names(self, among: set[str]) -> list[tuple[str, str]]:
        members = {span.unit_code for span in self.spans if span.bloc_code in among}
        names = [
            (span.unit_code, span.unit_name)
            for span in self.spans
            if span.unit_code in members
        ]
        names += [
            (alias.unit_code, alias.alias)
            for alias in self.aliases
            if alias.unit_code in members
        ]
        return names


def load_reference(connection: Connection) -> Reference:
    """Read units and aliases from the schema ``reference`` (dbt's seeds)."""
    with connection.cursor(row_factory=class_row(UnitSpan)) as cursor:
        spans = cursor.execute(
            "select unit_code, bloc_code, unit_kind, unit_name, valid_from, valid_to"
            " from reference.ref_units"
        ).fetchall()
    with connection.cursor(row_factory=class_row(UnitAlias)) as cursor:
        aliases = cursor.execute(
            "select unit_code, alias, valid_from, valid_to"
            " from reference.ref_unit_aliases"
        ).fetchall()
    return Reference(spans, aliases)
