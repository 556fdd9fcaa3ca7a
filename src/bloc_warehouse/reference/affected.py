"""Which units' facts rest on what an application changes: theirs are built anew."""

from bloc_warehouse.domain.units import Span
from bloc_warehouse.reference.difference import difference
from bloc_warehouse.reference.lists.shapes import CLAIMS
from bloc_warehouse.reference.register import Rows, history_of
from bloc_warehouse.reference.store import Change

# a bloc or a term that goes leaves totals behind which no unit leads to
_OF_ALL = frozenset({"ref_blocs", "ref_terms"})
# plans come in as returns, intake asks for names, the checks for accepted differences
_OF_NO_FACT = frozenset(
    {
        *("ref_admission_plans", "ref_unit_aliases", "ref_form_aliases"),
        "ref_accepted_differences",
    }
)
_UNITS = ("unit_code", "successor_code")


def affected_units(before: Rows, after: Rows) -> frozenset[str] | None:
    """Return the units of which anything may be other; None: of all.

    They are those of each bloc that is concerned, as it was and as it will be: a bloc's
    totals, and what its units owe, are computed together. The build itself takes up the
    totals of blocs that units came from or went to (``int_blocs_related``).
    """
    found = difference(before, after)
    lists = {change.list for change in found.changes} - _OF_NO_FACT
    if lists & _OF_ALL or _drops_claims(found.changes):
        return None
    if not lists:
        return frozenset()
    spans = [*history_of(before).spans, *history_of(after).spans]
    named = _named_units(found.changes)
    blocs = {*found.blocs, *_blocs(spans, named), *_claiming_blocs(found.changes)}
    if _loses_all_units(blocs, before, after):
        return None
    return (
        frozenset(span.unit_code for span in spans if span.bloc_code in blocs) | named
    )


def _named_units(changes: tuple[Change, ...]) -> frozenset[str]:
    """Return the units that changed lines of the register and of events name."""
    return frozenset(
        code
        for change in changes
        if change.list in ("ref_units", "ref_unit_events")
        for line in (change.before, change.after)
        if line is not None
        for column in _UNITS
        if (code := line.get(column))
    )


def _drops_claims(changes: tuple[Change, ...]) -> bool:
    """Tell whether a claim's row would stay behind: no list names it any more."""
    return any(
        change.list == CLAIMS.name and change.after is None for change in changes
    )


def _claiming_blocs(changes: tuple[Change, ...]) -> set[str]:
    """Return the blocs whose claims are new or other: they are judged anew."""
    return {
        line["bloc_code"] or ""
        for change in changes
        if change.list == CLAIMS.name
        for line in (change.before, change.after)
        if line is not None
    }


def _blocs(spans: list[Span], units: frozenset[str]) -> set[str]:
    return {span.bloc_code for span in spans if span.unit_code in units}


def _loses_all_units(blocs: set[str], before: Rows, after: Rows) -> bool:
    """Tell whether a bloc's rows would stay behind: no unit leads to it any more."""
    had = {span.bloc_code for span in history_of(before).spans}
    has = {span.bloc_code for span in history_of(after).spans}
    return bool(blocs & had - has)
