"""Names of files as they may be shown and kept: printable, without personal data."""

import re
from datetime import date
from functools import lru_cache

from bloc_warehouse.domain.periods import FIRST_YEAR
from bloc_warehouse.domain.personal_text import normalised, personal_spans

FILE_NAME = "tên tệp (file name)"
_DAY_OF_RECEIPT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]"
)
_SEPARATORS = str.maketrans("_-", "  ")
_ENDING = re.compile(r"(?:\.(?:xls[xmb]?|ods|csv|tsv|txt|docx?|pdf|zip))?$", re.I)
_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0[1-9]|1[0-2])"
_MOMENT = re.compile(
    rf"(?:20\d\d{_MONTH}{_DAY}|{_DAY}{_MONTH}20\d\d)(?:\d{{4}}){{,2}}\d*"
)
_LIKE_A_DATE = re.compile(
    r"(?<!\d)(?:\d{4}([-._ ])\d{1,2}\1\d{1,2}|\d{1,2}([-._ ])\d{1,2}\2(?:\d{4}|\d\d)"
    rf"|20\d\d{_MONTH}{_DAY}|{_DAY}{_MONTH}20\d\d)(?!\d)"
)
_MILLISECONDS = re.compile(r"1\d{12}")
_MASK = re.compile(r"‹(P\d{3})›")


def printable(name: str) -> str:
    """Return a file's name with control characters and broken ones as their codes."""
    return _UNPRINTABLE.sub(lambda char: f"\\x{ord(char[0]):02x}", name)


def shown_name(name: str) -> str:
    """Return a file's name as it may be printed and kept.

    What looks like a person's number or an address is replaced by its fault's
    code, which says that the file is to be refused for it, whenever it is read.
    """
    return "/".join(map(_shown_part, name.split("/")))


def personal_codes(shown: str) -> list[str]:
    """Return the fault codes in a shown name."""
    return sorted(set(_MASK.findall(shown)))


def dated_folder(name: str) -> str | None:
    """Return the first folder below the sender's that names a day, well or not."""
    below_sender = name.split("/")[1:-1]
    return next((part for part in below_sender if _LIKE_A_DATE.search(part)), None)


def day_of_folder(name: str) -> date | None:
    """Return the day that a dated folder names, e.g. ``2024-07-05``.

    None without a dated folder, and for one that is no such day: written in another
    way, not in the calendar, or before the warehouse's first year.
    """
    folder = dated_folder(name)
    if folder is None or not _DAY_OF_RECEIPT.fullmatch(folder):
        return None
    try:
        day = date.fromisoformat(folder)
    except ValueError:
        return None
    return day if day.year >= FIRST_YEAR else None


@lru_cache(maxsize=10_000)  # senders' and days' folders come again and again
def _shown_part(part: str) -> str:
    part = printable(part)
    ending = _ENDING.search(part)
    end = ending.start() if ending else len(part)
    shown = part
    plain = normalised(part[:end].translate(_SEPARATORS))
    if len(plain) < end:  # some letters show nothing
        shown, end = plain + part[end:], len(plain)
    for start, stop, code in reversed(personal_spans(plain)):
        if not _is_moment(part[start:stop]):
            shown = f"{shown[:start]}‹{code}›{shown[stop:]}"
    return shown


def _is_moment(text: str) -> bool:
    """Whether digits say when a file was made, as programs like to name files."""
    return bool(_MOMENT.fullmatch(text) or _MILLISECONDS.fullmatch(text))
