"""Reporting periods: codes, their days, and the ways Vietnamese offices write them.

A code is ``<year>-<type>``. Q1, H1, M9 and Y run from 1 January (cumulative);
Q2, Q3, Q4 and the months T01 to T12 (*tháng*) are the quarter or month alone (period
basis). M9 is nine months, T09 is September.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from bloc_warehouse.vietnamese import fold

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
# matched on folded text (lower case, no marks, single spaces), first hit wins
_SPELLINGS: tuple[tuple[str, str], ...] = (
    (r"\b(quy|q) ?(iv|4)\b", "Q4"),
    (r"\b(quy|q) ?(iii|3)\b", "Q3"),
    (r"\b(quy|q) ?(ii|2)\b", "Q2"),
    (r"\b(quy|q) ?(i|1)\b", "Q1"),
    (r"\b0?3 ?(thang|t)\b", "Q1"),
    (r"\b0?6 ?(thang|t)\b|\bh1\b|\bnua dau nam\b", "H1"),
    (r"\b0?9 ?(thang|t)\b|\bm9\b", "M9"),
    (r"\b(ca|tong ket|va) nam\b|\b12 ?(thang|t)\b|\by\b|^\d{4}$", "Y"),
)
_MONTH = re.compile(r"\b(?:thang|t) ?(0?[1-9]|1[0-2])\b(?! \d)")
_BARE_MONTH = re.compile(r"(0?[1-9]|1[0-2]) ((?:19|20)\d{2})")  # 03/2024
_DAY = re.compile(r"\b\d{1,2} (?:thang|t) ?\d")  # 30 tháng 6


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

    Both a type and a four-digit year are needed: *6T/2024*, *quý II năm 2023*,
    *9 tháng đầu năm 2022*, *tháng 3/2024*, *năm 2019*. A day (*30 tháng 6 năm 2024*)
    is no period, and who names a month beside another period is asked which.
    """
    folded = fold(text)
    if re.fullmatch(r"[1-9]\d{3} (q[1-4]|h1|m9|y|t(0[1-9]|1[0-2]))", folded):
        return period_of(folded.upper().replace(" ", "-"))
    if bare := _BARE_MONTH.fullmatch(folded):
        return period_of(f"{bare[2]}-{MONTHS[int(bare[1]) - 1]}")
    years = set(re.findall(r"\b(?:19|20)\d{2}\b", folded))
    if len(years) != 1:
        return None
    year = years.pop()
    period_type = _type_in(folded.replace(year, " ").strip() or year)
    return period_of(f"{year}-{period_type}") if period_type else None


def _type_in(text: str) -> str | None:
    """Return the one period type that a text without its year names."""
    if _DAY.search(text):
        return None
    months = {MONTHS[int(month) - 1] for month in _MONTH.findall(text)}
    longer = next((kind for form, kind in _SPELLINGS if re.search(form, text)), None)
    if len(months) == 1:
        return None if longer else months.pop()
    if longer or months or "thang" in text:
        return longer
    return "Y" if re.search(r"\bnam\b", text) else None
