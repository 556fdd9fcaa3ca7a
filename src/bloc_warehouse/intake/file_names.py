"""Names of files as they may be shown and kept."""

import re

_DATED_FOLDER = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]"
)


def printable(name: str) -> str:
    """Return a file's name with control characters and broken ones as their codes."""
    return _UNPRINTABLE.sub(lambda char: f"\\x{ord(char[0]):02x}", name)


def shown_name(name: str) -> str:
    """Return a file's name as it may be printed and kept."""
    return printable(name)


def dated_folder(name: str) -> str | None:
    """Return the dated folder below the sender's, e.g. ``2024-07-05``."""
    parts = name.split("/")
    is_dated = len(parts) > 2 and _DATED_FOLDER.fullmatch(parts[1])
    return parts[1] if is_dated else None
