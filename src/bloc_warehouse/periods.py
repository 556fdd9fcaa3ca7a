"""Reporting periods: codes, their days, and the ways Vietnamese offices write them.

A code is ``<year>-<type>``. Q1, H1, M9 and Y run from 1 January (cumulative);
Q2, Q3 and Q4 are the quarter alone (period basis).
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from bloc_warehouse.vietnamese import fold

PeriodType = Literal["Q1", "H1", "M9", "Y", "Q2", "Q3", "Q4"]

_DAYS: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "Q1": ((1, 1), (3, 31)),
    "H1": ((1, 1), (6, 30)),
    "M9": ((1, 1), (9, 30)),
    "Y": ((1, 1), (12, 31)),
    "Q2": ((4, 1), (6, 30)),
    "Q3": ((7, 1), (9, 30)),
    "Q4": ((10, 1), (12, 31)),
}
# the years that the warehouse's calendar has, dbt's seed ref_periods
FIRST_YEAR, LAST_YEAR = 2010, 2030
PERIOD_TYPES: tuple[str, ...] = tuple(_DAYS)
CUMULATIVE: tuple[str, ...] = ("Q1", "H1", "M9", "Y")
_LABELS = {
    "Q1": "Quý I năm {}",
    "H1": "6 tháng đầu năm {}",
    "M9": "9 tháng năm {}",
    "Y": "Năm {}",
    "Q2": "Quý II năm {}",
    "Q3": "Quý III năm {}",
    "Q4": "Quý IV năm {}",
}
# matched on folded text (lower case, no marks, single spaces), first hit wins
_SPELLINGS: tuple[tuple[str, str], ...] = (
    (r"\b(quy|q) ?(iv|4)\b", "Q4"),
    (r"\b(quy|q) ?(iii|3)\b", "Q3"),
    (r"\b(quy|q) ?(ii|2)\b", "Q2"),
    (r"\b(quy|q) ?(i|1)\b", "Q1"),
    (r"\b0?3 ?(thang|t)\b", "Q1"),
    (r"\b0?6 ?(thang|t)\b|\bh1\b|\bnua dau nam\b", "H1"),
    (r"\b0?9 ?(thang|t)\b|\bm9\b", "M9"),
    (r"\b(ca |12 thang |tong ket )?nam\b|\b12 ?(thang|t)\b|\by\b|^\d{4}$", "Y"),
)


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
        """Whether the values run from 1 January or over the quarter alone."""
        return "cumulative" if self.type in CUMULATIVE else "period"


@lru_cache(maxsize=1024)
def period_of(code: str) -> Period:
    """Return the period with this code, e.g. ``2024-H1``.

    Raises:
        ValueError: The code is not ``<year>-<type>``.
    """
    match = re.fullmatch(r"(\d{4})-([A-Z0-9]+)", code)
    if not match or match[2] not in _DAYS:
        types = ", ".join(_DAYS)
        raise ValueError(f"{code!r} is no period; write <year>-<type>, type: {types}")
    year = int(match[1])
    (first_month, first_day), (last_month, last_day) = _DAYS[match[2]]
    return Period(
        code=code,
        type=match[2],
        year=year,
        start=date(year, first_month, first_day),
        end=date(year, last_month, last_day),
    )


def period_label(code: str) -> str:
    """Return the period as a form prints it, e.g. *6 tháng đầu năm 2024*."""
    period = period_of(code)
    return _LABELS[period.type].format(period.year)


def parse_period(text: str) -> Period | None:
    """Recognise a period in a sender's spelling; None when it is none or unclear.

    Both a type and a four-digit year are needed: *6T/2024*, *quý II năm 2023*,
    *9 tháng đầu năm 2022*, *năm 2019*.
    """
    folded = fold(text)
    if re.fullmatch(r"\d{4} (q[1-4]|h1|m9|y)", folded):
        return period_of(folded.upper().replace(" ", "-"))
    years = set(re.findall(r"\b(?:19|20)\d{2}\b", folded))
    if len(years) != 1:
        return None
    year = years.pop()
    without_year = folded.replace(year, " ").strip() or year
    for pattern, period_type in _SPELLINGS:
        if re.search(pattern, without_year):
            return period_of(f"{year}-{period_type}")
    return None
