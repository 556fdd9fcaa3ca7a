"""The short names of files, submissions and warnings that people read and type."""

import re

_NAME = re.compile(r"(?:([A-Z])-)?0*([1-9]\d{0,17})")


def file_id(number: int) -> str:
    """Return a file's name, e.g. ``F-12``; it is its receipt's number."""
    return f"F-{number}"


def submission_id(number: int) -> str:
    """Return a submission's name, e.g. ``S-12``."""
    return f"S-{number}"


def fault_id(number: int) -> str:
    """Return the name of a warning of intake, e.g. ``W-12``."""
    return f"W-{number}"


def violation_id(number: int) -> str:
    """Return the name of a violation that the checks of quality found: ``V-12``."""
    return f"V-{number}"


def number_of(name: str, letter: str, *, or_bare: bool = False) -> int | None:
    """Return the number of ``<letter>-<number>``; None when it is something else.

    Args:
        name: As typed.
        letter: The kind that is asked for.
        or_bare: Whether a number alone is of that kind.
    """
    match = _NAME.fullmatch(name.strip().upper())
    if match is None:
        return None
    if match[1] == letter or (match[1] is None and or_bare):
        return int(match[2])
    return None
