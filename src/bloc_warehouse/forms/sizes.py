"""How wide columns and how high header rows are, in Excel's own units."""

from collections.abc import Sequence
from typing import TypeAlias

from bloc_warehouse.forms.breakdown import allowed_values
from bloc_warehouse.forms.model import Column

Place: TypeAlias = tuple[int, int]

_MEASURE_WIDTHS = {"count": 6.9, "percent": 8.0, "year": 9.0, "text": 18.0}
_ROOMY_FACTORS = ((12, 1.75), (20, 1.4))  # for tables of up to so many columns
_UNIT_WIDTH = 16.0
_KEY_WIDTHS = (14.0, 44.0)
_EXTRA_WIDTH = 15.0
_SLOT_WIDTHS = (17.0, 30.0, 14.0, 42.0)  # label, value, label, value
_HEADER_LINE = 14.0
_HEADER_MARGIN = 6.0


def column_width(column: Column, columns: int, sender: str) -> float:
    """Return the width a column wants in a table of so many columns."""
    if column.values:
        labels = [value.label_vi for value in allowed_values(column, sender)]
        longest = max((len(label) for label in labels), default=0)
        return min(_KEY_WIDTHS[1], max(_KEY_WIDTHS[0], longest * 1.05 + 3))
    if column.type == "unit":
        return _UNIT_WIDTH
    width = _MEASURE_WIDTHS[column.type]
    if column.type in ("year", "text"):
        return width
    return width * next((by for limit, by in _ROOMY_FACTORS if columns <= limit), 1.0)


def sheet_widths(wanted: Sequence[tuple[Place, float]]) -> list[float]:
    """Return the sheet's column widths: every place gets at least what it wants.

    There are always enough columns for the label and value pairs above the tables.
    """
    count = max(len(_SLOT_WIDTHS), *(last + 1 for (_, last), _ in wanted))
    widths = [0.0] * count
    for place, width in wanted:
        widths[place[1]] += max(0.0, width - width_of(place, widths))
    widths = [width or _EXTRA_WIDTH for width in widths]
    while width_of(pair_slots(widths)[-1], widths) < _SLOT_WIDTHS[-1]:
        widths.append(_EXTRA_WIDTH)
    return widths


def pair_slots(widths: Sequence[float]) -> tuple[Place, ...]:
    """Share the sheet's columns out to label, value, label, value."""
    slots = []
    first = 0
    for number, wanted in enumerate(_SLOT_WIDTHS):
        furthest = len(widths) - len(_SLOT_WIDTHS) + number
        last = first
        while width_of((first, last), widths) < wanted and last < furthest:
            last += 1
        slots.append((first, last))
        first = last + 1
    return tuple(slots)


def width_of(place: Place, widths: Sequence[float]) -> float:
    """Return the width of a run of columns."""
    return sum(widths[place[0] : place[1] + 1])


def header_height(texts: Sequence[tuple[str, float]], at_least: int) -> float:
    """Return the points that a row of wrapped texts needs.

    Args:
        texts: Each text with the width of its cell.
        at_least: Lines the row has in any case.
    """
    lines = max([at_least, *(_wrapped_lines(text, width) for text, width in texts)])
    return _HEADER_LINE * lines + _HEADER_MARGIN


def _wrapped_lines(text: str, width: float) -> int:
    lines, used = 1, 0.0
    for word in text.split(" "):
        if used and used + 1 + len(word) > width:
            lines, used = lines + 1, 0.0
        used += len(word) + (1 if used else 0)
    return lines
