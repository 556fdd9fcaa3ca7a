"""What applying the folder would change: lines, units, returns owed, blocs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bloc_warehouse.domain.units import History, Span
from bloc_warehouse.reference.expected import Owed, dues_of, owed_by
from bloc_warehouse.reference.lists.reading import Values
from bloc_warehouse.reference.register import blocs_of, history_of
from bloc_warehouse.reference.store import Change, compare, keyed

Rows = Mapping[str, Sequence[Values]]


@dataclass(frozen=True, slots=True)
class Difference:
    """The lines that differ and what follows from them.

    Attributes:
        changes: The lines.
        opened: Units that would be open and are not.
        closed: Units that are open and would not be.
        spans_added: Spans, as ``unit@first day until``, that would be new or other.
        spans_removed: Spans that would be gone or other.
        successions_added: Who would take over whom, as ``unit@day → unit@day × share``.
        successions_removed: Who would take over whom no longer.
        returns_added: Returns (unit, form, period) that would be newly owed.
        returns_removed: Returns that would be owed no longer.
        blocs: Blocs that any of it concerns.
    """

    changes: tuple[Change, ...]
    opened: tuple[str, ...]
    closed: tuple[str, ...]
    spans_added: tuple[str, ...]
    spans_removed: tuple[str, ...]
    successions_added: tuple[str, ...]
    successions_removed: tuple[str, ...]
    returns_added: tuple[Owed, ...]
    returns_removed: tuple[Owed, ...]
    blocs: tuple[str, ...]


def difference(applied: Rows, folder: Rows) -> Difference:
    """Compare the lists in force with those that would be."""
    changes = tuple(compare(keyed(applied), keyed(folder)))
    history, then = history_of(applied), history_of(folder)
    before, after = history.by_unit(), then.by_unit()
    owing = _blocs_owing_otherwise(changes)
    units = {
        code
        for code in {*before, *after}
        if before.get(code) != after.get(code)
        or any(span.bloc_code in owing for span in after.get(code, ()))
    }
    old = {span for code in units for span in before.get(code, ())}
    new = {span for code in units for span in after.get(code, ())}
    owed, owed_then = _owed(old, applied), _owed(new, folder)
    opened, closed = _open(new) - _open(old), _open(old) - _open(new)
    return Difference(
        changes,
        tuple(sorted(opened)),
        tuple(sorted(closed)),
        _named(new - old),
        _named(old - new),
        _led(then, history),
        _led(history, then),
        tuple(sorted(owed_then - owed)),
        tuple(sorted(owed - owed_then)),
        tuple(sorted(owing | {span.bloc_code for span in old ^ new})),
    )


def _owed(spans: set[Span], rows: Rows) -> set[Owed]:
    return owed_by(
        spans,
        dues_of(rows.get("ref_obligations", ())),
        blocs_of(rows.get("ref_blocs", ())),
    )


def _blocs_owing_otherwise(changes: Sequence[Change]) -> set[str]:
    return {
        line["bloc_code"] or ""
        for change in changes
        if change.list == "ref_obligations"
        for line in (change.before, change.after)
        if line is not None
    }


def _open(spans: set[Span]) -> set[str]:
    return {span.unit_code for span in spans if span.valid_to is None}


def _led(history: History, other: History) -> tuple[str, ...]:
    """Name the successions of one history that another does not have."""
    return tuple(
        f"{succession.unit_key} → {succession.successor_unit_key} × {succession.weight}"
        for succession in sorted(
            set(history.successions) - set(other.successions),
            key=lambda link: (link.unit_key, link.successor_unit_key),
        )
    )


def _named(spans: set[Span]) -> tuple[str, ...]:
    return tuple(
        f"{span.unit_key} → {span.valid_to or '…'}: {span.unit_name} ({span.bloc_code})"
        for span in sorted(spans, key=lambda span: (span.unit_code, span.valid_from))
    )
