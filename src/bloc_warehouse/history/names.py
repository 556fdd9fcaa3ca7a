"""Names that somebody asked for: known, or refused with those that are near."""

from collections.abc import Iterable
from difflib import get_close_matches


class UnknownNameError(Exception):
    """There is no such thing; the message names what is near."""


def known(kind: str, said: str, names: Iterable[str]) -> str:
    """Return the name as it is written, whatever its case.

    Args:
        kind: What it is the name of, e.g. ``unit``.
        said: What was asked for.
        names: All that there are.

    Raises:
        UnknownNameError: There is none like it.
    """
    by_lower = {name.lower(): name for name in names}
    if found := by_lower.get(said.lower()):
        return found
    near = [by_lower[one] for one in get_close_matches(said.lower(), by_lower, 5, 0.5)]
    choices = near or sorted(by_lower.values())[:12]
    some = " or ".join(choices) if choices else "nothing is built yet"
    raise UnknownNameError(f"there is no {kind} {said}; {_near(near)}{some}")


def _near(near: list[str]) -> str:
    return "near it: " if near else "there are e.g. "
