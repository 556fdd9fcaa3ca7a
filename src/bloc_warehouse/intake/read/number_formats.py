"""What a number format makes of a number: a number, a percentage, a date, nothing.

A format has up to four sections, by sign or by conditions of its own; the section that
a value falls into decides. In a section only bare letters and a bare ``%`` count: what
is quoted, escaped, a fill or the width of a blank, or in brackets is decoration.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from bloc_warehouse.intake.read.grid import Cell, CellError, PercentCell

Kind = Literal["number", "percent", "date", "nothing"]

_DATE, _PERCENT = "dd/mm/yyyy", "0%"
# the formats that a workbook may use by number without writing them down, as far as
# they are not plain numbers; one that it writes down under such a number is another
BUILT_IN: Mapping[int, str] = {
    9: _PERCENT,
    10: _PERCENT,
    **dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48)), _DATE),
    **dict.fromkeys(range(50, 59), _DATE),
}
_PART = re.compile(
    r'"[^"]*"?|\\.|[_*].|\[[^\]]*\]?|general|am/pm|a/p|.', re.IGNORECASE | re.DOTALL
)
_CONDITION = re.compile(r"\[(<=|>=|<>|[<>=])\s*(-?\d+(?:\.\d+)?)\]")
_MOMENTS = re.compile(r"[dmyhs]|am/pm|a/p|\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BLANK = re.compile(r'"\s*"|\s|_.')
_TEXT_SECTION = 3
_MIDNIGHT = datetime(1904, 1, 1)  # noqa: DTZ001  a cell has no zone
_TO_1900 = timedelta(days=1_462)
_FAKE_LEAP_DAY = 60  # Excel counts 29 February 1900, which was none


@dataclass(frozen=True, slots=True)
class _Section:
    kind: Kind
    condition: tuple[str, float] | None

    def holds(self, value: float) -> bool:
        """Whether the section has a condition that the value meets."""
        if self.condition is None:
            return False
        sign, limit = self.condition
        equals = value == limit
        match sign:
            case "=":
                return equals
            case "<>":
                return not equals
            case _:
                beyond = value < limit if sign[0] == "<" else value > limit
                return beyond or (sign.endswith("=") and equals)


def shown(value: float, code: str, *, is_1904: bool = False) -> Cell:
    """Return the number as its cell shows it.

    Args:
        value: As it is stored.
        code: The cell's number format, as a workbook in English writes it.
        is_1904: Whether the workbook counts its days from 1904.
    """
    match _section(_sections(code), value).kind:
        case "percent":
            return PercentCell(value)
        case "date":
            return _moment(value, is_1904=is_1904)
        case _:
            return value


def is_shown(value: float, code: str) -> bool:
    """Whether the cell shows anything of the number; a 0 that it hides is a 0."""
    return value == 0 or _section(_sections(code), value).kind != "nothing"


@lru_cache(maxsize=1_024)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[list[str]] = [[]]
    for part in _PART.findall(code):
        if part == ";":
            sections.append([])
        else:
            sections[-1].append(part)
    return tuple(map(_section_of, sections[:_TEXT_SECTION]))


def _section_of(parts: list[str]) -> _Section:
    conditions = [match for part in parts if (match := _CONDITION.fullmatch(part))]
    condition = (conditions[0][1], float(conditions[0][2])) if conditions else None
    if any(_MOMENTS.fullmatch(part) for part in parts):
        return _Section("date", condition)
    if all(_BLANK.fullmatch(part) for part in parts):
        return _Section("nothing", condition)
    return _Section("percent" if "%" in parts else "number", condition)


def _section(sections: tuple[_Section, ...], value: float) -> _Section:
    first_two = sections[:2]
    if conditions := sum(section.condition is not None for section in first_two):
        met = [section for section in first_two if section.holds(value)]
        return met[0] if met else sections[min(conditions, len(sections) - 1)]
    by_sign = 0 if value > 0 else 1 if value < 0 else 2
    return sections[by_sign if by_sign < len(sections) else 0]


def _moment(days: float, *, is_1904: bool) -> Cell:
    if 0 <= days < 1:
        return (_MIDNIGHT + timedelta(days=days)).time()
    start = _MIDNIGHT if is_1904 else _MIDNIGHT - _TO_1900
    if not is_1904 and days < _FAKE_LEAP_DAY:
        start += timedelta(days=1)
    try:
        moment = start + timedelta(days=days)
    except (OverflowError, ValueError):
        return CellError("########")  # as the cell shows a day that there is not
    return moment if moment.time() != _MIDNIGHT.time() else moment.date()
