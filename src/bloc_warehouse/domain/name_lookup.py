"""Names that somebody asked for: known, or refused with those that are near."""

from collections.abc import Iterable

_MOST_NEAR, _LEAST_LIKENESS, _MOST_EXAMPLES = 5, 50, 12


class UnknownNameError(Exception):
    """There is no such thing; the message names what is near."""


def known(kind: str, given: str, names: Iterable[str]) -> str:
    """Return the name as it is written, whatever its case.

    Args:
        kind: What it is the name of, e.g. ``unit``.
        given: What was asked for.
        names: All that there are.

    Raises:
        UnknownNameError: There is none like it.
    """
    by_lower = {name.lower(): name for name in names}
    if found := by_lower.get(given.lower()):
        return found
    raise UnknownNameError(
        f"there is no {kind} {given}; {_alternatives(given, by_lower)}"
    )


def _alternatives(given: str, by_lower: dict[str, str]) -> str:
    if not by_lower:
        return "none is known yet"
    from rapidfuzz import process  # only where the name is wrong

    near = process.extract(
        given.lower(), by_lower.keys(), limit=_MOST_NEAR, score_cutoff=_LEAST_LIKENESS
    )
    if near:
        return f"near it: {' or '.join(by_lower[name] for name, *_ in near)}"
    examples = sorted(by_lower.values())[:_MOST_EXAMPLES]
    return f"there are e.g. {' or '.join(examples)}"
