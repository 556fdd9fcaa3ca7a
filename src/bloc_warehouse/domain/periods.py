"""Reporting periods: codes, their days, and the ways Vietnamese offices write them.

A code is ``<year>-<type>``. Q1, H1, M9 and Y run from 1 January (cumulative);
Q2, Q3, Q4 and the months T01 to T12 (*tháng*) are the quarter or month alone (period
basis). M9 is nine months, T09 is September.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Literal

from bloc_warehouse.domain.vietnamese import fold, normalise

PeriodType = Literal[
    "Q1", "H1", "M9", "Y", "Q2", "Q3", "Q4",
    "T01", "T02", "T03", "T04", "T05", "T06",
    "T07", "T08", "T09", "T10", "T11", "T12",
]  # fmt: skip

MONTHS: tuple[str, ...] = tuple(f"T{month:02d}" for month in range(1, 13))
_FIRST_AND_LAST_MONTH: dict[str, tuple[int, int]] = {
    "Q1": (1, 3),
    "H1": (1, 6),
    "M9": (1, 9),
    "Y": (1, 12),
    "Q2": (4, 6),
    "Q3": (7, 9),
    "Q4": (10, 12),
    **{code: (month, month) for month, code in enumerate(MONTHS, start=1)},
}
# the years that the warehouse's calendar has, dbt's seed ref_periods
FIRST_YEAR, LAST_YEAR = 2010, 2030
PERIOD_TYPES: tuple[str, ...] = tuple(_FIRST_AND_LAST_MONTH)
CUMULATIVE: tuple[str, ...] = ("Q1", "H1", "M9", "Y")
# each cumulative period type, with the quarter and the month alone that end with it
LAST_PARTS: tuple[tuple[str, str], ...] = tuple(
    (whole, part)
    for whole in CUMULATIVE
    for part, (_, last) in _FIRST_AND_LAST_MONTH.items()
    if part not in CUMULATIVE and last == _FIRST_AND_LAST_MONTH[whole][1]
)
_NAMES = {
    "Q1": "Quý I",
    "H1": "6 tháng đầu năm",
    "M9": "9 tháng",
    "Y": "Năm",
    "Q2": "Quý II",
    "Q3": "Quý III",
    "Q4": "Quý IV",
    **{code: f"Tháng {month}" for month, code in enumerate(MONTHS, start=1)},
}
# "6 tháng đầu năm" and "Năm" have the word for the year already
_SAYS_YEAR = ("H1", "Y")
# The grammar of what is understood, on folded text (lower case, no marks, single
# spaces, number words as digits). A text is a period only when all of it is: lead-ins,
# one name, and the year after or before it. Anything else is asked.
_YEAR = r"[12]\d{3}"
_LEAD_INS = (
    "(?:(?:bao cao|so lieu|dinh ky|tong hop|thong ke|so ket|tong ket|ky|trong) )*"
)
_OF_YEAR = r"(?:(?:cua |trong )?nam ?)?"
_FROM_JANUARY = r"(?:luy ke |cong don )?0?{} ?(?:thang|t)(?: dau(?: nam)?)?"
_QUARTER = "(?:quy|q) ?(?:thu )?(?:0?{}|{})"
_ITS_MONTHS = "(?: (?:gom )?thang 0?{} (?:thang )?0?{} (?:va )?(?:thang )?0?{})?"


def _quarter(number: int, roman: str) -> str:
    """Return how a quarter is named, its months perhaps beside it."""
    months = range(number * 3 - 2, number * 3 + 1)
    return _QUARTER.format(number, roman) + _ITS_MONTHS.format(*months)


_SPELLINGS: dict[str, tuple[str, ...]] = {
    "Q1": (_quarter(1, "i"), _FROM_JANUARY.format(3)),
    "H1": (_FROM_JANUARY.format(6), "h1", "nua dau(?: nam)?", "nua nam dau"),
    "M9": (_FROM_JANUARY.format(9), "m9"),
    "Y": ("(?:ca|tron) nam", "(?:ca )?12 ?(?:thang|t)(?: trong nam)?", "y"),
    "Q2": (_quarter(2, "ii"),),
    "Q3": (_quarter(3, "iii"),),
    "Q4": (_quarter(4, "iv"),),
    **{
        code: (rf"(?:thang|t) ?0?{month}",)
        for month, code in enumerate(MONTHS, start=1)
    },
}
_NEVER = "(?!)"
# what precedes the year if there is no name: 2024, năm 2024, 03/2024
_BARE = {
    "Y": f"(?:{_LEAD_INS}nam ?)?",
    **{code: rf"0?{int(code[1:])} " for code in MONTHS},
}
_SEPARATORS = " /.,:;-–—_()[]'\"’‘“”"
# *Sáu* is six and *sau* is after: without its marks a word counts only if the
# whole text has none, and *năm*, five or year, only between *tháng* and *năm*.
_NUMBER_WORDS = {
    "mười hai": 12, "mười một": 11, "mười": 10, "chín": 9, "tám": 8, "bảy": 7, "bẩy": 7,
    "sáu": 6, "(?<=tháng )năm(?= năm )": 5, "tư": 4, "bốn": 4, "ba": 3, "hai": 2,
    "một": 1, "(?<=thứ )nhất": 1,
}  # fmt: skip
_PLAIN_NUMBER_WORDS = {
    "muoi hai(?= thang)": 12, "chin(?= thang)": 9, "sau(?= thang)": 6,
    "ba(?= thang)": 3, "(?<=quy )(?:mot|thu nhat)": 1, "(?<=quy )hai": 2,
    "(?<=quy )ba": 3, "(?<=quy )(?:tu|bon)": 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """One reporting period; both days belong to it."""

    code: str
    type: str
    year: int
    start: date
    end: date

    @property
    def basis(self) -> Literal["cumulative", "period"]:
        """Whether the values run from 1 January, or over the quarter or month alone."""
        return "cumulative" if self.type in CUMULATIVE else "period"


@lru_cache(maxsize=1024)
def period_of(code: str) -> Period:
    """Return the period with this code, e.g. ``2024-H1``.

    Raises:
        ValueError: The code is not ``<year>-<type>``.
    """
    match = re.fullmatch(r"(\d{4})-([A-Z0-9]+)", code)
    if not match or match[2] not in _FIRST_AND_LAST_MONTH:
        types = listed(PERIOD_TYPES)
        raise ValueError(f"{code!r} is no period; write <year>-<type>, type: {types}")
    year = int(match[1])
    first, last = _FIRST_AND_LAST_MONTH[match[2]]
    return Period(
        code=code,
        type=match[2],
        year=year,
        start=date(year, first, 1),
        end=date(year, last, monthrange(year, last)[1]),
    )


def period_label(code: str) -> str:
    """Return the period as a form prints it, e.g. *6 tháng đầu năm 2024*."""
    period = period_of(code)
    link = "" if period.type in _SAYS_YEAR else "năm "
    return f"{_NAMES[period.type]} {link}{period.year}"


def listed(types: Iterable[str]) -> str:
    """Return period types as a list to read; the twelve months are one entry."""
    return ", ".join(_shortened(types, {}, "T01–T12"))


def named(types: Iterable[str]) -> str:
    """Return period types in the words of a form: *Quý I, … , từng tháng*."""
    return ", ".join(_shortened(types, _NAMES, "từng tháng"))


def _shortened(
    types: Iterable[str], names: dict[str, str], all_months: str
) -> Iterable[str]:
    types = list(types)
    has_all = set(MONTHS) <= set(types)
    for kind in types:
        if not has_all or kind not in MONTHS:
            yield names.get(kind, kind)
    if has_all:
        yield all_months


def parse_period(text: str) -> Period | None:
    """Recognise a period in a sender's spelling; None when it is none or unclear.

    Both a type and a four-digit year are needed, and nothing beside them but what the
    grammar above has: *6T/2024*, *quý II năm 2023*, *chín tháng đầu năm 2022*, *tháng
    3/2024*, *năm 2019*. What is only near one of our periods (*6 tháng cuối năm*, *quý
    I và II*, a day) is none: who wrote it is asked.
    """
    plain = normalise(unicodedata.normalize("NFKC", text)).lower()
    if any(not fold(char) and char not in _SEPARATORS for char in plain):
        return None  # folding drops it, though + and ? say something
    folded = fold(_with_digits(plain))
    found = [
        period_of(f"{year}-{kind}")
        for kind, pattern in _grammar().items()
        if (match := pattern.fullmatch(folded))
        for year in match.groups()
        if year
    ]
    return found[0] if len(found) == 1 else None


@cache
def _grammar() -> dict[str, re.Pattern[str]]:
    """Return type → its spellings, with the year as the one group that is filled."""
    return {
        kind: re.compile(
            f"{_LEAD_INS}(?:{'|'.join(names)}) {_OF_YEAR}({_YEAR})"
            f"|{_LEAD_INS}{_OF_YEAR}({_YEAR}) (?:{'|'.join(names)})"
            f"|{_BARE.get(kind, _NEVER)}({_YEAR})"
        )
        for kind, names in _SPELLINGS.items()
    }


def _with_digits(text: str) -> str:
    """Return a text in lower case with digits for its number words."""
    words = _NUMBER_WORDS
    if text.isascii():
        text, words = fold(text), _PLAIN_NUMBER_WORDS
    for word, number in words.items():
        text = re.sub(rf"\b{word}\b", str(number), text)
    return text
