"""The units that may send, as intake needs them: spans and names, from `reference`."""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, LiteralString, NamedTuple, TypeVar

from bloc_warehouse.domain.vietnamese import fold
from bloc_warehouse.intake.parse.unit_names import unit_name

if TYPE_CHECKING:
    from psycopg import Connection

Row = TypeVar("Row")

OFFICE = "bloc_office"
UNKNOWN_SENDER = "_unknown"  # of files that lie in nobody's folder
_FAR_FUTURE = date(9999, 12, 31)


class UnitSpan(NamedTuple):
    """One span of a unit; ``valid_to`` is the first day after it, None when open.

    A country has 52,000 units: tuples are read and sent to other processes fast.
    """

    unit_code: str
    bloc_code: str
    unit_kind: str
    unit_name: str
    valid_from: date
    valid_to: date | None

    def overlaps(self, start: date, end: date) -> bool:
        """Whether the unit is open on any day from ``start`` to ``end``."""
        return self.valid_from <= end and start < (self.valid_to or _FAR_FUTURE)


class UnitAlias(NamedTuple):
    """Another name of a unit, in the days in which it was used."""

    unit_code: str
    alias: str
    valid_from: date | None
    valid_to: date | None


class _UsedName(NamedTuple):
    unit_code: str
    name: str
    folded: str
    valid_from: date | None
    valid_to: date | None

    def is_used_in(self, start: date, end: date) -> bool:
        """Whether the name was used on any day from ``start`` to ``end``."""
        first, after_last = self.valid_from or date.min, self.valid_to or _FAR_FUTURE
        return first <= end and start < after_last


@dataclass(frozen=True)
class Reference:
    """Units and their names; answers who a sender is and whom a name means."""

    spans: Sequence[UnitSpan]
    aliases: Sequence[UnitAlias]

    def __reduce__(self) -> tuple[object, ...]:
        # plain, since they are many; of what is computed, what takes long and all need
        plain = [*map(tuple, self.spans)], [*map(tuple, self.aliases)], self._folded
        return _reference, plain

    def spans_of(self, unit_code: str) -> Sequence[UnitSpan]:
        """Return a unit's spans, oldest first; empty for an unknown code."""
        return self._spans_by_code.get(unit_code, ())

    def span_in(
        self, unit_code: str, start: date, end: date, *, or_before: bool = False
    ) -> UnitSpan | None:
        """Return the unit's last span that is open in the given days.

        Args:
            unit_code: Whose.
            start: The first day.
            end: The last day.
            or_before: Of a unit that closed before, return the last span until then.
        """
        spans = [
            span
            for span in self.spans_of(unit_code)
            if span.overlaps(span.valid_from if or_before else start, end)
        ]
        return spans[-1] if spans else None

    def kind_of(self, unit_code: str) -> str | None:
        """Return the kind of the unit's last span; None for an unknown code."""
        spans = self.spans_of(unit_code)
        return spans[-1].unit_kind if spans else None

    def code_of(self, text: str) -> str | None:
        """Return the unit whose code is typed so; None if it is not exactly one.

        Case, blanks and the kind of dash do not matter: *LAN 001*, *lan001*, *LAN–001*.
        """
        if self.spans_of(text.upper()):
            return text.upper()
        return self._codes_by_letters.get(_letters(text))

    def blocs_of(self, unit_code: str) -> set[str]:
        """Return the blocs the unit belonged to at any time."""
        return {span.bloc_code for span in self.spans_of(unit_code)}

    def by_name(
        self,
        name: str,
        among: set[str],
        days: tuple[date, date] | None = None,
        *,
        or_before: bool = False,
    ) -> set[str]:
        """Return the codes of units in the blocs ``among`` that have this name.

        Args:
            name: As typed; *Đảng ủy*, *ĐB* and a trailing province do not matter.
            among: Codes of blocs.
            days: First and last day of the period: only names that were used then
                count. None takes every name that a unit ever had.
            or_before: If no name was used then, those used until then count.
        """
        wanted = unit_name(name)
        named = [
            used
            for bloc in among
            for used in self._names_by_core(bloc).get(wanted.core, ())
            if wanted.fits(unit_name(used.folded))
        ]
        if days is None:
            return {used.unit_code for used in named}
        start, end = days
        until_then = [used for used in named if used.is_used_in(date.min, end)]
        then = [used for used in until_then if used.is_used_in(start, end)]
        return {used.unit_code for used in then or (until_then if or_before else [])}

    @cached_property
    def folded_names(self) -> frozenset[str]:
        """Every name that a unit has or had, folded."""
        return frozenset(self._folded)

    @cached_property
    def _spans_by_code(self) -> Mapping[str, Sequence[UnitSpan]]:
        spans: dict[str, list[UnitSpan]] = defaultdict(list)
        for span in sorted(self.spans, key=lambda span: span.valid_from):
            spans[span.unit_code].append(span)
        return dict(spans)

    @cached_property
    def _codes_by_letters(self) -> Mapping[str, str]:
        codes: dict[str, list[str]] = defaultdict(list)
        for code in self._spans_by_code:
            codes[_letters(code)].append(code)
        return {letters: same[0] for letters, same in codes.items() if len(same) == 1}

    @cached_property
    def _folded(self) -> list[str]:
        """The names of all spans, then of all aliases, folded."""
        names = [span.unit_name for span in self.spans]
        return [
            fold(name) for name in (*names, *(alias.alias for alias in self.aliases))
        ]

    @cached_property
    def _names_by_unit(self) -> Mapping[str, Sequence["_UsedName"]]:
        names: dict[str, list[_UsedName]] = defaultdict(list)
        named = [
            *((span.unit_code, span.unit_name, span[-2:]) for span in self.spans),
            *((alias.unit_code, alias.alias, alias[-2:]) for alias in self.aliases),
        ]
        for (code, name, days), folded in zip(named, self._folded, strict=True):
            names[code].append(_UsedName(code, name, folded, *days))
        return dict(names)

    @cached_property
    def _units_by_bloc(self) -> Mapping[str, Sequence[str]]:
        units: dict[str, dict[str, None]] = defaultdict(dict)
        for span in self.spans:
            units[span.bloc_code][span.unit_code] = None
        return {bloc: list(codes) for bloc, codes in units.items()}

    @cached_property
    def _cores(self) -> dict[str, Mapping[str, Sequence["_UsedName"]]]:
        return {}

    def _names_by_core(self, bloc: str) -> Mapping[str, Sequence["_UsedName"]]:
        """Return a bloc's names: a run of few files asks for few of the blocs."""
        if bloc not in self._cores:
            names: dict[str, list[_UsedName]] = defaultdict(list)
            for used in self._names({bloc}):
                names[unit_name(used.folded).core].append(used)
            self._cores[bloc] = dict(names)
        return self._cores[bloc]

    def nearest(self, text: str, among: set[str]) -> str | None:
        """Propose the unit whose code or name is nearest; never to be taken as it."""
        from rapidfuzz import process

        choices: dict[str, str] = {}
        for used in self._names(among):
            choices[used.folded] = f"{used.unit_code} {used.name}"
            choices.setdefault(fold(used.unit_code), choices[used.folded])
        match = process.extractOne(fold(text), list(choices), score_cutoff=70)
        return choices[match[0]] if match else None

    def _names(self, among: set[str]) -> list["_UsedName"]:
        units = {
            unit: None
            for bloc in sorted(among)
            for unit in self._units_by_bloc.get(bloc, ())
        }
        return [used for unit in units for used in self._names_by_unit[unit]]


def _letters(code: str) -> str:
    return fold(unicodedata.normalize("NFKC", code)).replace(" ", "")


def _reference(
    spans: Sequence[tuple[Any, ...]],
    aliases: Sequence[tuple[Any, ...]],
    folded: list[str],
) -> Reference:
    reference = Reference(
        [*map(UnitSpan._make, spans)], [*map(UnitAlias._make, aliases)]
    )
    vars(reference)["_folded"] = folded
    return reference


_UNITS: LiteralString = (
    "select unit_code, bloc_code, unit_kind, unit_name, valid_from, valid_to"
    " from reference.ref_unit_spans"
)
_ALIASES: LiteralString = (
    "select unit_code, alias, valid_from, valid_to from reference.ref_unit_aliases"
)
_CONTENT: LiteralString = (
    "select count(*), sum(hashtextextended(listed::text, 0)) from ({}) as listed"
)
_loaded: dict[tuple[object, ...], Reference] = {}  # at most one: by its lists' content


def load_reference(connection: "Connection") -> Reference:
    """Read units and aliases from the schema ``reference`` (dbt's seeds).

    While the lists are the same the same object is returned, with what it computed.
    """
    content = tuple(
        connection.execute(_CONTENT.replace("{}", query)).fetchone()
        for query in (_UNITS, _ALIASES)
    )
    if content not in _loaded:
        spans = _rows(connection, _UNITS, UnitSpan)
        aliases = _rows(connection, _ALIASES, UnitAlias)
        _loaded.clear()
        _loaded[content] = Reference(spans, aliases)
    return _loaded[content]


def _rows(connection: "Connection", query: LiteralString, kind: type[Row]) -> list[Row]:
    from psycopg.rows import args_row

    same: dict[Any, Any] = {}  # what is kept once is also sent once to another process

    def shared(*values: Any) -> Row:  # noqa: ANN401  any column's
        return kind(*(same.setdefault(value, value) for value in values))

    with connection.cursor(row_factory=args_row(shared)) as cursor:
        return cursor.execute(query).fetchall()
